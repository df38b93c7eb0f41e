import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "../../apis/gen/catalog.js";
import { findVendor } from "../../contract/find-vendor.js";
import { noTrace } from "../../contract/trace.js";
import type { VendorAccount } from "../../contract/vendor.js";
import { nodeTransport } from "../../http/transport.js";
import { vendors } from "../../modules/gen/vendors.js";
import { hashFolder } from "../../runner/engine/plugin-digest.js";
import { projectTrust } from "../../runner/project/project-trust.js";
import { workspaceKey } from "../../runner/project/workspace/workspace-key.js";
import { pulumiProcess } from "../../runner/pulumi/spawn-pulumi.js";
import { writeStackTags } from "../../runner/pulumi/state/stack-tags.js";
import { openSecretResolver } from "../../runner/secrets/resolve-secret.js";
import type { SessionDependencies } from "../../runner/session/stack-session.js";
import { loadGraph, requireGraph } from "../../runner/workspace/graph/unit-graph.js";
import { appliedTag, noteText } from "../../runner/workspace/run/applied-note.js";
import { type PreparedUnit, placeUnits, prepareUnits } from "../../runner/workspace/run/prepare-units.js";
import { openStackReader } from "../../runner/workspace/run/stack-reader.js";
import { hashesOf } from "../../runner/workspace/run/workspace-run.js";

/** What {@link noteApplied} notes. */
interface NoteAppliedInput {
  /** Of the project, with what is built below it. */
  readonly root: string;
  /** Of the workspace; its stacks are on a `file://` backend. */
  readonly folder: string;
  /** Variables that the command line is going to be run with: those of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
}

/** Notes with the state of every stack of a workspace that it was applied with what its manifest says now. */
export async function noteApplied({ root, folder, env }: NoteAppliedInput): Promise<void> {
  const trust = projectTrust(env);
  const input = { catalog, cwd: folder, trust, paths: ["."], stdin: undefined, env: undefined };
  const reading = loadGraph({ ...input, needsEnvironment: true });
  const { workspace } = reading;
  const graph = requireGraph(reading);
  const noEngine = (): never => {
    throw new Error("the stacks of the benchmark are on a file:// backend, which needs no engine");
  };
  const parts: SessionDependencies = {
    catalog,
    checked: undefined,
    trace: noTrace,
    vendors: vendors.map((vendor) => {
      let account: Promise<VendorAccount | undefined> | undefined;
      return {
        ...vendor,
        readAccount(context) {
          account ??= vendor.readAccount(context);
          return account;
        },
      };
    }),
    env,
    cwd: folder,
    readStdin: () => Promise.resolve(""),
    fetch: nodeTransport,
    resolve: openSecretResolver({ env, baseDir: folder, providers: catalog.providers, warn: noEngine, trace: noTrace }),
    secretWarnings: [],
    openPulumi: pulumiProcess,
    now: Date.now,
    installEngine: noEngine,
  };
  const placed = placeUnits({ units: graph.units, workspace, parts });
  const units = await prepareUnits({ units: placed, parts, known: new Set(placed.map(({ id }) => id)) });
  const reader = openStackReader({ pulumiFor: noEngine, makeFolder: noEngine, parallel: 1 });
  const versions = versionReader(root);
  const run = {
    workspace,
    graph,
    units: new Map(placed.map((unit) => [unit.id, unit])),
    prepared: units,
    signal: new AbortController().signal,
    selected: new Set(units.map(({ id }) => id)),
    trace: noTrace,
    debugDir: undefined,
    all: false,
    key: workspaceKey(env, workspace.name),
    reader,
    versionsOf: ({ prepared }: PreparedUnit) =>
      versions(findVendor(parts.vendors, prepared.entry.provider).plugins.map(({ name }) => `resource-${name}`)),
    onStep: noEngine,
    onWarning: noEngine,
    operationFor: noEngine,
  };
  for (const unit of units) {
    const { state } = await reader.read(unit.ref);
    if (state === undefined) throw new Error(`${unit.id} has no stack`);
    const note = { ...(await hashesOf(run, unit)), state: state.fingerprint };
    await writeStackTags(unit.ref, noEngine, { [appliedTag]: noteText(note) });
  }
}

/** As the command line has them in the sandbox, where every plugin is one that was built here. */
function versionReader(root: string): (plugins: readonly string[]) => readonly string[] {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const known = new Map<string, string>();
  const hash = (plugin: string): string => {
    const found = known.get(plugin) ?? hashFolder(join(root, "dist", "plugins", plugin)) ?? "";
    known.set(plugin, found);
    return found;
  };
  return (plugins) => [version, hash("language-planton"), ...plugins.map(hash)];
}
