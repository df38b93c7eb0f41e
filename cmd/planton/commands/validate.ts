import { isAbsolute, relative } from "node:path";
import { type Command, Option } from "commander";
import type { Catalog } from "../../../contract/catalog.js";
import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { type ProjectTrust, projectTrust } from "../../../runner/project/project-trust.js";
import { findWorkspace } from "../../../runner/project/workspace/workspace.js";
import { groupBy } from "../../../runner/system/group-by.js";
import { loadGraph } from "../../../runner/workspace/graph/unit-graph.js";
import type { WorkspaceReading } from "../../../runner/workspace/load/load-workspace.js";
import { folderOf } from "../../../runner/workspace/load/workspace-of-paths.js";
import type { Cli } from "../cli.js";
import { type ProblemFormat, problemFormats, problemLines } from "../render/problems.js";
import { pathsToLoad } from "./workspace/workspace-options.js";

/** What the validate command needs. */
interface ValidateDependencies {
  readonly catalog: Catalog;
}

interface ValidateOptions {
  readonly format: ProblemFormat;
  readonly kind?: string;
  readonly env?: string;
  readonly strict?: true;
}

/**
 * Adds `planton validate PATH...`: checks files, folders and `-` as they are applied, in every environment of their
 * workspace, shows every problem of every file, and exits with 64 when there is an error (with --strict: or a warning),
 * also for a folder without any manifest. Problems go to standard output as JSON or for GitHub, to standard error as text;
 * a last line on standard error counts files and problems.
 */
export function addValidateCommand(program: Command, cli: Cli, deps: ValidateDependencies): void {
  program
    .command("validate")
    .description("check stack inputs and manifests; changes nothing and needs no network")
    .argument("<path...>", "files, folders (all manifests below), or - for standard input")
    .addOption(new Option("--format <format>", "how problems are shown").choices(problemFormats).default("text"))
    .option("--kind <kind>", "kind of files that do not say it")
    .option("--env <name>", "check for this environment alone; default: every one of the workspace")
    .option("--strict", "take warnings for errors")
    .action(async (paths: readonly string[], options: ValidateOptions) => {
      await validatePaths(paths, options, cli, deps);
    });
}

async function validatePaths(
  paths: readonly string[],
  options: ValidateOptions,
  cli: Cli,
  { catalog }: ValidateDependencies,
): Promise<void> {
  const problems: Problem[] = [];
  const trust = projectTrust(cli.env);
  let [files, skipped] = [0, 0];
  const groups = [...byWorkspace(paths, cli.cwd, trust)];
  for (const group of groups) {
    try {
      const reading = loadGraph({
        ...(await pathsToLoad({ paths: group, cli, catalog })),
        env: options.env,
        needsEnvironment: false,
        ...(options.kind === undefined ? {} : { kind: options.kind }),
      });
      problems.push(...withoutEmptyFolder(reading));
      // What is below a folder is checked, whichever workspace it is of.
      groups.push(...reading.workspaces.map((folder) => [folder]));
      files += reading.files.length;
      skipped += reading.skipped;
    } catch (error) {
      if (!isPlantonError(error) || error.exitCode === 255) throw error;
      problems.push(...problemsOf(error).map((problem) => asNamed(problem, cli.cwd)));
    }
  }
  const shown = options.strict ? problems.map((problem): Problem => ({ ...problem, severity: "error" })) : problems;
  const write = options.format === "text" ? cli.err : cli.out;
  for (const line of problemLines(shown, options.format)) write(line);
  cli.err(summary({ files, skipped, problems: shown }));
  if (shown.some(({ severity }) => severity === "error")) cli.exit(64);
}

/** Without what is said of a folder that holds workspaces and no manifest beside them. */
function withoutEmptyFolder({ problems, files, workspaces }: WorkspaceReading): readonly Problem[] {
  if (files.length > 0 || workspaces.length === 0) return problems;
  return problems.filter(({ code }) => code !== "E_LOAD_NOT_FOUND");
}

/** A problem of planton.yaml, which was found by the way upward, with a path that starts from the current folder. */
function asNamed(problem: Problem, cwd: string): Problem {
  if (problem.file === undefined || !isAbsolute(problem.file)) return problem;
  return { ...problem, file: relative(cwd, problem.file) };
}

/** The paths that are loaded together: those of one planton.yaml, and each that is below none by itself. */
function byWorkspace(paths: readonly string[], cwd: string, trust: ProjectTrust): readonly (readonly string[])[] {
  const roots = new Map<string, string | undefined>();
  const rootOfPath = (path: string): string | undefined => {
    const folder = folderOf(path, cwd);
    if (!roots.has(folder)) roots.set(folder, rootOf(folder, trust));
    return roots.get(folder);
  };
  return [...groupBy(paths, (path) => (path === "-" ? undefined : rootOfPath(path)) ?? `${path} alone`).values()];
}

function rootOf(folder: string, trust: ProjectTrust): string | undefined {
  try {
    return findWorkspace(folder, trust)?.root;
  } catch (error) {
    // What is wrong with planton.yaml is said when its manifests are loaded.
    if (isPlantonError(error)) return undefined;
    throw error;
  }
}

interface Checked {
  readonly files: number;
  readonly skipped: number;
  readonly problems: readonly Problem[];
}

function summary({ files, skipped, problems }: Checked): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const parts = [counted(files, "file"), errors === 0 && warnings === 0 ? "no problems" : counted(errors, "problem")];
  if (warnings > 0) parts.push(counted(warnings, "warning"));
  return `${parts.join(", ")}${skipped === 0 ? "" : `; ${counted(skipped, "document")} of other tools passed over`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
