import type { Command } from "commander";
import type { Catalog } from "../../../../contract/catalog.js";
import { PlantonError } from "../../../../contract/planton-error.js";
import { projectTrust } from "../../../../runner/project/project-trust.js";
import type { Workspace } from "../../../../runner/project/workspace/workspace.js";
import { isReadOnce, readInputText } from "../../../../runner/system/read-once.js";
import type { UnitSelection } from "../../../../runner/workspace/graph/select-units.js";
import { loadGraph, requireGraph } from "../../../../runner/workspace/graph/unit-graph.js";
import type { LoadWorkspaceInput } from "../../../../runner/workspace/load/load-workspace.js";
import type { UnitGraph } from "../../../../runner/workspace/unit.js";
import type { Cli } from "../../cli.js";
import { countText } from "../../render/stacks/stack-words.js";
import { writeWarnings } from "../../render/write.js";

/** Flags by which commands name manifests, an environment, and units of them. */
export interface WorkspaceFlags {
  readonly file: readonly string[];
  readonly env?: string;
  readonly only: readonly string[];
  readonly kind: readonly string[];
  readonly selector: readonly string[];
  readonly withDependencies?: boolean;
}

/** Adds the flags that name manifests and select among them; words that belong to none are refused. */
export function addWorkspaceOptions(command: Command): Command {
  return command
    .allowExcessArguments()
    .hook("preAction", refuseStrayWord)
    .option("-f, --file <path>", "a folder of manifests, a file, or - for standard input; repeatable", appended, [])
    .option("--env <name>", "the environment, in a workspace that has some")
    .option("--only <name>", "these alone: orders, db/orders, or the name of a stack; repeatable", appended, [])
    .option("--kind <kind>", "these kinds alone; repeatable", appended, [])
    .option("-l, --selector <labels>", "those with these labels alone: tier=web,!legacy; repeatable", appended, [])
    .option("--with-dependencies", "and all that the selected depend on");
}

function refuseStrayWord(command: Command): void {
  const stray = command.args[command.registeredArguments.length];
  if (stray === undefined) return;
  throw new PlantonError({
    code: "E_USAGE",
    message: `"${stray}" is not an option of ${command.name()}`,
    hint: "a folder of manifests, or a file, is given with -f PATH",
  });
}

/** Commander starts from the default, which all commands share. */
function appended(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

/** The units that flags select. */
export function unitSelectionOf(flags: WorkspaceFlags): UnitSelection {
  return {
    only: flags.only,
    kinds: flags.kind,
    labels: flags.selector,
    withDependencies: flags.withDependencies ?? false,
  };
}

/** True for flags that select some of the manifests alone. */
export function isPartial({ only, kind, selector }: WorkspaceFlags): boolean {
  return only.length + kind.length + selector.length > 0;
}

/** What {@link readGraph} goes by. */
interface ReadGraphInput {
  readonly flags: WorkspaceFlags;
  readonly cli: Cli;
  readonly catalog: Catalog;
  /** True for commands that change or preview: a workspace with environments needs `--env`. */
  readonly needsEnvironment: boolean;
}

/**
 * The workspace that `-f` names, the current folder's by default, checked as a whole; warnings are shown. Throws what is
 * wrong with it, all of it at once.
 */
export async function readGraph({
  flags,
  cli,
  catalog,
  needsEnvironment,
}: ReadGraphInput): Promise<{ readonly workspace: Workspace; readonly graph: UnitGraph }> {
  const paths = flags.file.length === 0 ? ["."] : flags.file;
  const input = await pathsToLoad({ paths, cli, catalog });
  const reading = loadGraph({ ...input, env: flags.env, needsEnvironment });
  const graph = requireGraph(reading);
  writeWarnings(reading.problems, cli);
  if (reading.skipped > 0) cli.err(`${countText(reading.skipped, "document")} of other tools passed over`);
  return { workspace: reading.workspace, graph };
}

/** What {@link pathsToLoad} goes by. */
interface PathsToLoadInput {
  readonly paths: readonly string[];
  readonly cli: Cli;
  readonly catalog: Catalog;
}

/** What of loading paths is the same for all commands; standard input and pipes are read to their end. */
export async function pathsToLoad({
  paths,
  cli,
  catalog,
}: PathsToLoadInput): Promise<Pick<LoadWorkspaceInput, "paths" | "cwd" | "trust" | "catalog" | "stdin" | "readOnce">> {
  const { cwd, env, readStdin } = cli;
  const readOnce = new Map<string, string>();
  for (const file of paths) {
    if (isReadOnce(file, cwd)) readOnce.set(file, await readInputText({ file, cwd, readStdin }));
  }
  return { paths, cwd, trust: projectTrust(env), catalog, stdin: readOnce.get("-"), readOnce };
}
