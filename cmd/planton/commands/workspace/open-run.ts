import { availableParallelism } from "node:os";
import { systemClock } from "../../../../contract/clock.js";
import { findProvider, findVendor } from "../../../../contract/find-vendor.js";
import { tracedClock } from "../../../../contract/trace.js";
import type { VendorAccount, VendorAdapter } from "../../../../contract/vendor.js";
import type { EngineCli } from "../../../../runner/engine/engine-request.js";
import { hashFolder } from "../../../../runner/engine/plugin-digest.js";
import { makeDebugParent } from "../../../../runner/operation/debug-folder.js";
import type { OperationDependencies } from "../../../../runner/operation/perform-operation.js";
import { makeRunFolder } from "../../../../runner/operation/run-folder.js";
import { credentialsDigest } from "../../../../runner/project/run-handoff.js";
import { workspaceKey } from "../../../../runner/project/workspace/workspace-key.js";
import { pulumiEnvironment } from "../../../../runner/session/prepare-stack.js";
import type { SessionDependencies } from "../../../../runner/session/stack-session.js";
import { selectUnits } from "../../../../runner/workspace/graph/select-units.js";
import { type PreparedUnit, placeUnits, prepareUnits } from "../../../../runner/workspace/run/prepare-units.js";
import { openStackLogs, type StackLogs } from "../../../../runner/workspace/run/stack-logs.js";
import { openStackReader } from "../../../../runner/workspace/run/stack-reader.js";
import type { RunStack, WorkspaceRun } from "../../../../runner/workspace/run/workspace-run.js";
import { debugDirVariable } from "../../../launch/process-trace.js";
import type { StackCli } from "../../cli.js";
import { pluginDir } from "../../dist-files.js";
import { sessionParts } from "../pulumi.js";
import { readGraph, unitSelectionOf, type WorkspaceFlags } from "./workspace-options.js";

declare const PLANTON_VERSION: string;

/** What {@link openRun} is asked for. */
interface OpenRunInput {
  readonly flags: WorkspaceFlags;
  readonly cli: StackCli;
  /** True for commands that change or preview: a workspace with environments needs `--env`. */
  readonly needsEnvironment: boolean;
  /** False for commands that read states alone. */
  readonly needsCredentials: boolean;
  /** Aborted when the user wants the command to end. Default: never. */
  readonly signal?: AbortSignal;
  /** True with `--yes`: the lock of a run that is gone is removed. Default: it is an error. */
  readonly removesDeadLocks?: boolean;
  /** `--all` */
  readonly all: boolean;
}

/** Who shows a command while it runs. */
export interface RunView {
  readonly onStep: WorkspaceRun["onStep"];
  /** Takes a line about a stack, by the id of its unit. */
  readonly onReport: (id: string, line: string) => void;
}

/** A command over a workspace, checked and ready to run. */
export interface OpenedRun {
  readonly run: WorkspaceRun;
  readonly logs: StackLogs;
  /** `--env`. */
  readonly env: string | undefined;
  /** Hands what the engine works on, and what is reported of a stack while it runs, to another view. */
  readonly showIn: (view: RunView) => void;
}

/**
 * Loads a workspace, checks it as a whole, selects its units, resolves credentials and secrets, and asks the vendors whose
 * they are: everything that can be wrong before anything runs. Throws what each of these throws.
 */
export async function openRun({
  flags,
  cli,
  needsEnvironment,
  needsCredentials,
  signal,
  removesDeadLocks = false,
  all,
}: OpenRunInput): Promise<OpenedRun> {
  const { trace } = cli;
  const { workspace, graph } = await trace.stage("load", { file: flags.file.join(" ") || "." }, async (note) => {
    const read = await readGraph({ flags, cli, catalog: cli.catalog, needsEnvironment });
    note({ workspace: read.workspace.name, manifests: read.graph.units.length });
    return read;
  });
  const parts = askedOnce(sessionParts(cli));
  const placed = placeUnits({ units: graph.units, workspace, parts });
  const units = new Map(placed.map((unit) => [unit.id, unit]));
  const stackName = ({ id }: { readonly id: string }): string => units.get(id)?.ref.stack ?? "";
  const selected = selectUnits({ graph, selection: unitSelectionOf(flags), stackName });
  const chosen = placed.filter(({ id }) => selected.has(id));
  const known = new Set(units.keys());
  const prepared = await trace.stage("prepare", { stacks: chosen.length }, () =>
    needsCredentials ? prepareUnits({ units: chosen, parts, known }) : Promise.resolve([]),
  );
  const logs = openStackLogs(workspace.root);
  const debugDir = cli.env[debugDirVariable] || undefined;
  if (debugDir !== undefined) makeDebugParent(debugDir);
  let view: RunView = { onStep: () => {}, onReport: () => {} };
  const run: WorkspaceRun = {
    workspace,
    graph,
    units,
    prepared,
    selected,
    trace,
    debugDir,
    all,
    signal: signal ?? new AbortController().signal,
    key: workspaceKey(cli.env, workspace.name),
    reader: openStackReader({
      makeFolder: () => makeRunFolder(cli.env),
      parallel: availableParallelism(),
      pulumiFor: async (ref) => {
        const engine = await parts.installEngine(undefined);
        const env = pulumiEnvironment({ env: cli.env, engineFolder: engine.folder, backendUrl: ref.backendUrl });
        return parts.openPulumi({ engine, cwd: ref.dir, env, secrets: [] });
      },
    }),
    versionsOf: versionReader(parts, cli.env),
    onStep: (id, resource) => view.onStep(id, resource),
    onWarning: (id, text) => view.onReport(id, `warning: ${text}`),
    operationFor: (stack) =>
      operationOn(stack, { parts, logs, removesDeadLocks, report: (line) => view.onReport(stack.id, line) }),
  };
  const showIn = (next: RunView): void => {
    view = next;
  };
  return { run, logs, env: flags.env, showIn };
}

/** What is the same for all stacks of a command is found out once: engine, plugins, and whose credentials are. */
function askedOnce(parts: SessionDependencies): SessionDependencies {
  const engines = new Map<string, Promise<EngineCli>>();
  return {
    ...parts,
    vendors: parts.vendors.map(accountOnce),
    installEngine(vendor) {
      const name = vendor?.name ?? "";
      const engine = engines.get(name) ?? parts.installEngine(vendor);
      engines.set(name, engine);
      return engine;
    },
  };
}

function accountOnce(vendor: VendorAdapter): VendorAdapter {
  const accounts = new Map<string, Promise<VendorAccount | undefined>>();
  return {
    ...vendor,
    readAccount(context) {
      const digest = credentialsDigest(context.credentials);
      const account = accounts.get(digest) ?? vendor.readAccount(context);
      accounts.set(digest, account);
      return account;
    },
  };
}

/** Versions of planton with its modules, and of the plugins of a unit's provider. */
function versionReader({ catalog, vendors }: SessionDependencies, env: StackCli["env"]) {
  let host: string | undefined;
  const known = new Map<string, readonly string[]>();
  return ({ prepared }: PreparedUnit): readonly string[] => {
    const { provider: name } = prepared.entry;
    host ??= hashFolder(pluginDir("language-planton")) ?? "";
    const versions = known.get(name) ?? [PLANTON_VERSION, host, ...pluginVersions(name)];
    known.set(name, versions);
    return versions;
  };

  function pluginVersions(name: string): readonly string[] {
    const { plugins } = findVendor(vendors, findProvider(catalog, name).name);
    return plugins.map((plugin) => {
      const isOurs = plugin.isOwn || Boolean(env["PLANTON_SANDBOX"]);
      return isOurs ? (hashFolder(pluginDir(`resource-${plugin.name}`)) ?? "") : plugin.version;
    });
  }
}

interface OperationAround {
  readonly parts: SessionDependencies;
  readonly logs: StackLogs;
  readonly removesDeadLocks: boolean;
  /** Takes a line about the stack. */
  readonly report: (line: string) => void;
}

/** What an operation on one of many stacks works with: it asks nothing, and what it prints goes into the stack's log. */
function operationOn(
  { ref, secrets }: RunStack,
  { parts, logs, removesDeadLocks, report }: OperationAround,
): OperationDependencies {
  const log = (text: string): void => logs.of(ref.stack).write(text);
  const { openPulumi } = parts;
  return {
    // What its secret URIs give is known here, and masked in what pulumi prints.
    parts: {
      ...parts,
      openPulumi: (setup) => openPulumi({ ...setup, secrets: [...setup.secrets, ...secrets] }),
    },
    console: {
      interactive: removesDeadLocks,
      report: (line) => {
        log(`${line}\n`);
        report(line);
      },
      showWarnings: () => {},
      // The one question of an operation that was approved is whether the lock of a run that is gone may go.
      askYes: () => Promise.resolve(removesDeadLocks),
      typeToConfirm: () => Promise.resolve(),
      writeStderr: log,
      writeStdout: log,
    },
    now: parts.now,
    sleep: tracedClock(systemClock, parts.trace).sleep,
  };
}
