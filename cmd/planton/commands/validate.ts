import { type Command, Option } from "commander";
import type { Catalog } from "../../../contract/catalog.js";
import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { looksLikeManifest, mentionsManifest } from "../../../runner/manifest/find-manifest.js";
import { checkDocument } from "../../../runner/manifest/read-stack-input.js";
import { parseYaml } from "../../../runner/manifest/yaml/parse-yaml.js";
import { readInputText } from "../../../runner/system/read-once.js";
import type { Cli } from "../cli.js";
import { type ProblemFormat, problemFormats, problemLines } from "../render/problems.js";
import { type FoundFile, findManifests } from "./find-manifests.js";

/** What the validate command needs. */
interface ValidateDependencies {
  readonly catalog: Catalog;
}

interface ValidateOptions {
  readonly format: ProblemFormat;
  readonly kind?: string;
  readonly strict?: true;
}

/**
 * Adds `planton validate PATH...`: checks files, folders and `-`, shows every problem of every file, and exits with 64
 * when there is an error (with --strict: or a warning), also for a folder without any manifest. Problems go to standard
 * output as JSON or for GitHub, to standard error as text; a last line on standard error counts files and problems.
 */
export function addValidateCommand(program: Command, cli: Cli, deps: ValidateDependencies): void {
  program
    .command("validate")
    .description("check stack inputs and manifests; changes nothing and needs no network")
    .argument("<path...>", "files, folders (all *.yaml and *.yml below), or - for standard input")
    .addOption(new Option("--format <format>", "how problems are shown").choices(problemFormats).default("text"))
    .option("--kind <kind>", "kind of files that do not say it")
    .option("--strict", "take warnings for errors")
    .action(async (paths: readonly string[], options: ValidateOptions) => {
      await validatePaths(paths, options, cli, deps);
    });
}

async function validatePaths(
  paths: readonly string[],
  options: ValidateOptions,
  cli: Cli,
  deps: ValidateDependencies,
): Promise<void> {
  const problems: Problem[] = [];
  let count = 0;
  for (const path of paths) {
    try {
      let inPath = 0;
      for (const found of findManifests(path, cli.cwd)) {
        const checked = await checkFile(found, options, cli, deps.catalog);
        if (checked === undefined) continue;
        inPath += 1;
        problems.push(...checked);
      }
      if (inPath === 0) problems.push(nothingIn(path));
      count += inPath;
    } catch (error) {
      if (!isPlantonError(error) || error.exitCode === 255) throw error;
      problems.push(...problemsOf(error));
    }
  }
  const shown = options.strict ? problems.map((problem): Problem => ({ ...problem, severity: "error" })) : problems;
  const write = options.format === "text" ? cli.err : cli.out;
  for (const line of problemLines(shown, options.format)) write(line);
  cli.err(summary(count, shown));
  if (shown.some(({ severity }) => severity === "error")) cli.exit(64);
}

function nothingIn(folder: string): Problem {
  return {
    code: "E_LOAD_NOT_FOUND",
    severity: "error",
    file: folder,
    message: "no stack input or manifest is below this folder",
    hint: "looked for *.yaml and *.yml with target, or with kind and spec and no other tool's apiVersion; name a file to check it whatever it holds",
  };
}

/** The problems of a file; undefined for one in a folder that is no manifest. Throws what has no place in a file. */
async function checkFile(
  { file, named }: FoundFile,
  { kind }: ValidateOptions,
  cli: Cli,
  catalog: Catalog,
): Promise<readonly Problem[] | undefined> {
  let text: string | undefined;
  let isOurs = named;
  try {
    text = await readInputText({ file, cwd: cli.cwd, readStdin: cli.readStdin });
    const document = parseYaml({ file, text });
    isOurs ||= looksLikeManifest(document.root);
    if (!isOurs) return undefined;
    return checkDocument({ catalog, file, text, ...(kind === undefined ? {} : { kind }) }, document).warnings;
  } catch (error) {
    if (!isPlantonError(error) || error.exitCode === 255) throw error;
    // A folder may hold YAML of other tools, such as several documents in one file or templates that are no YAML yet.
    if (!isOurs && text !== undefined && !mentionsManifest(text)) return undefined;
    return problemsOf(error);
  }
}

function summary(files: number, problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const parts = [counted(files, "file"), errors === 0 && warnings === 0 ? "no problems" : counted(errors, "problem")];
  return [...parts, ...(warnings === 0 ? [] : [counted(warnings, "warning")])].join(", ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
