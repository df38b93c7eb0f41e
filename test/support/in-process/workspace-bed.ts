import { rmSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "@bufbuild/protobuf";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import { objectOf } from "../../../http/json.js";
import type { OperationDependencies } from "../../../runner/operation/perform-operation.js";
import { makeRunFolder } from "../../../runner/operation/run-folder.js";
import { projectTrust } from "../../../runner/project/project-trust.js";
import { readRunHandoff } from "../../../runner/project/run-handoff.js";
import { targetText } from "../../../runner/project/target-name.js";
import { workspaceKey } from "../../../runner/project/workspace/workspace-key.js";
import type { StackRef } from "../../../runner/pulumi/stack-ref.js";
import { pulumiEnvironment } from "../../../runner/session/prepare-stack.js";
import type { SessionDependencies } from "../../../runner/session/stack-session.js";
import { selectUnits, type UnitSelection } from "../../../runner/workspace/graph/select-units.js";
import { loadGraph, requireGraph } from "../../../runner/workspace/graph/unit-graph.js";
import type { UnitEnd } from "../../../runner/workspace/run/apply-unit.js";
import type { UnitPlan } from "../../../runner/workspace/run/plan-unit.js";
import {
  type PlacedUnit,
  type PreparedUnit,
  placeUnits,
  prepareUnits,
} from "../../../runner/workspace/run/prepare-units.js";
import type { RunEvent, UnitOutcome } from "../../../runner/workspace/run/run-in-order.js";
import {
  applyWorkspace,
  operateWorkspace,
  planWorkspace,
  type RunOptions,
  type WorkspaceEnd,
  type WorkspacePlan,
} from "../../../runner/workspace/run/run-workspace.js";
import { openStackReader } from "../../../runner/workspace/run/stack-reader.js";
import type { WorkspaceRun } from "../../../runner/workspace/run/workspace-run.js";
import {
  type MemoryCloud,
  type MemoryFault,
  type MemoryProgram,
  runMemoryEngine,
  unknownValue,
} from "./memory-engine.js";
import type { ScriptedRun } from "./memory-pulumi.js";
import { clusterType, type OperationBed, openOperationBed, vpcType } from "./operation-bed.js";

/** What a command over the stacks of the workspace is asked for. */
export interface WorkspaceRequest extends Partial<UnitSelection> {
  readonly env?: string;
  readonly all?: boolean;
  readonly parallel?: number;
  readonly failFast?: boolean;
  readonly signal?: AbortSignal;
  readonly refresh?: boolean;
  /** False: as `planton preview`. Default: true, as `planton up`. */
  readonly changesState?: boolean;
  readonly allowDataLoss?: boolean;
  readonly allowReplacement?: boolean;
  /** Called between plan and run. */
  readonly beforeRun?: () => void;
}

/** What became of stacks, by the names of their manifests. */
export type Results = Readonly<Record<string, string>>;

/** A workspace in the folder `shop`, over the Pulumi CLI in memory, and an engine and a cloud in memory. */
export interface WorkspaceBed extends Omit<OperationBed, "run" | "recover" | "makes" | "establish"> {
  readonly cloud: MemoryCloud;
  /** Folder of the workspace, in the bed's; may be changed, as by a second checkout. */
  root: string;
  /** Values of secret URIs. */
  readonly secrets: Map<string, string>;
  /** Versions of planton and the plugin. */
  versions: readonly string[];
  /** How the next runs of a stack go wrong, by its name. */
  readonly faults: Map<string, MemoryFault[]>;
  /** Names of the manifests whose resources are protected. */
  readonly isProtected: Set<string>;
  /** Inputs of which a change replaces the resource. */
  replaceOn: readonly string[];
  /** Names of outputs that a preview of an update does not know. */
  readonly unknownOnUpdate: Set<string>;
  /** Part of every secret output. */
  word: string;
  /** Called while the engine runs a stack, before it does anything. */
  during: (run: ScriptedRun) => void | Promise<void>;
  /** Operations of the engine since this was called last, in order: `preview vpc.net`, `up vpc.net`. */
  readonly engineRuns: () => readonly string[];
  readonly open: (request?: WorkspaceRequest) => Promise<WorkspaceRun>;
  readonly plan: (request?: WorkspaceRequest) => Promise<{ run: WorkspaceRun; plan: WorkspacePlan }>;
  /** Plans, then applies. */
  readonly up: (request?: WorkspaceRequest) => Promise<{ plan: WorkspacePlan; ends: WorkspaceEnd; results: Results }>;
  readonly operate: (
    name: "destroy" | "refresh",
    request?: WorkspaceRequest & { readonly stage?: "preview" | "confirmed" },
  ) => Promise<{ ends: WorkspaceEnd; results: Results }>;
  /** Of the last command, by names of manifests. */
  readonly events: { readonly type: string; readonly name: string }[];
  readonly stackRef: (stack: string) => StackRef;
  /** What operations print. */
  readonly log: string[];
  readonly parts: () => SessionDependencies;
}

/** Opens a bed; its state is kept at `s3://states`, or in files. */
export function openWorkspaceBed({ isFileBackend = false } = {}): WorkspaceBed {
  const operations = openOperationBed();
  const { env, pulumi, vendor, folder } = operations;
  if (isFileBackend) env["PULUMI_BACKEND_URL"] = `file://${join(folder, "states")}`;
  env["DOPPLER_TOKEN"] = "first-token";
  const cloud: MemoryCloud = { resources: new Map(), idCount: 0, created: [], deleted: [] };
  const units = new Map<string, PlacedUnit>();
  /** By id of the unit; of those that were selected. */
  const secretsOf = new Map<string, readonly string[]>();
  const runs: string[] = [];
  // It takes as long as all the rest.
  const keys = new Map<string, Buffer>();
  const bed: WorkspaceBed = {
    ...operations,
    root: "shop",
    cloud,
    secrets: new Map(),
    versions: ["planton 1", "plugin 1"],
    faults: new Map(),
    isProtected: new Set(),
    replaceOn: ["region"],
    unknownOnUpdate: new Set(),
    word: "word",
    during: () => {},
    events: [],
    log: [],
    parts,
    engineRuns: () => runs.splice(0),
    stackRef,
    change(stack, change) {
      const state = pulumi.read(stackRef(stack));
      if (state === undefined) throw new Error(`no stack "${stack}" to change`);
      change(state, stackRef(stack));
      pulumi.write(stackRef(stack), state);
    },
    open,
    async plan(request = {}) {
      const run = await open(request);
      const { refresh = false, changesState = true } = request;
      const options = { ...optionsOf<UnitPlan>(request), refresh, changesState };
      return { run, plan: await planWorkspace(run, options) };
    },
    async up(request = {}) {
      const { run, plan } = await bed.plan(request);
      request.beforeRun?.();
      const { allowDataLoss = false, refresh = false, allowReplacement = false } = request;
      const options = { ...optionsOf<UnitEnd>(request), allowDataLoss, refresh, allowReplacement };
      const ends = await applyWorkspace(run, plan, options);
      return { plan, ends, results: resultsOf(ends) };
    },
    async operate(name, request = {}) {
      const run = await open(request);
      const { allowDataLoss = false, stage = "confirmed" } = request;
      const ends = await operateWorkspace(run, { name, stage, allowDataLoss }, optionsOf(request));
      return { ends, results: resultsOf(ends) };
    },
  };
  pulumi.program = async (run) => {
    const { args, place } = run;
    runs.push(`${args[0]} ${place.stack}`);
    const isPreview = args[0] === "preview" || args.includes("--preview-only");
    const faults = bed.faults.get(place.stack) ?? [];
    const fault = isPreview === (faults[0] === "preview refused") ? faults.shift() : undefined;
    await bed.during(run);
    const needsProgram = args[0] === "up" || args[0] === "preview";
    const end = runMemoryEngine({ run, cloud, fault, program: needsProgram ? programOf(run) : undefined });
    vendor.readable.clear();
    for (const [id, { inputs }] of cloud.resources) vendor.readable.set(id, inputs);
    return end;
  };
  vendor.find = ({ type, inputs }) =>
    [...cloud.resources].flatMap(([id, resource]) =>
      resource.type === type && JSON.stringify(resource.inputs) === JSON.stringify(inputs)
        ? [{ id, description: id, ours: true, takesMark: true, isReady: true }]
        : [],
    );
  return bed;

  function stackRef(stack: string): StackRef {
    return { ...operations.place(stack, "shop"), dir: join(folder, bed.root) };
  }

  function parts(): SessionDependencies {
    const { parts: own } = operations.dependencies();
    const [digitalocean] = own.vendors;
    if (digitalocean === undefined) throw new Error("the bed has no vendor");
    return {
      ...own,
      cwd: folder,
      vendors: [
        digitalocean,
        { ...digitalocean, name: "doppler", plugins: [{ name: "doppler", version: "0.1.0", isOwn: true }] },
      ],
      resolve: (text) => {
        const value = bed.secrets.get(text);
        if (value === undefined && /^[a-z-]+:\/\//.test(text)) return Promise.reject(new Error(`no secret ${text}`));
        return Promise.resolve(value ?? text);
      },
    };
  }

  async function open(request: WorkspaceRequest = {}): Promise<WorkspaceRun> {
    const { only = [], kinds = [], labels = [], withDependencies = false, all = false } = request;
    const reading = loadGraph({
      catalog: parts().catalog,
      cwd: folder,
      trust: projectTrust(env),
      paths: [bed.root],
      stdin: undefined,
      env: request.env,
      needsEnvironment: true,
    });
    const graph = requireGraph(reading);
    const { workspace } = reading;
    const placed = placeUnits({ units: graph.units, workspace, parts: parts() });
    const byId = new Map(placed.map((unit) => [unit.id, unit]));
    const selected = selectUnits({ graph, selection: { only, kinds, labels, withDependencies } });
    const chosen = placed.filter(({ id }) => selected.has(id));
    const prepared = await prepareUnits({ units: chosen, parts: parts(), known: new Set(byId.keys()) });
    units.clear();
    for (const unit of placed) units.set(unit.ref.stack, unit);
    for (const { id, secrets } of prepared) secretsOf.set(id, secrets);
    bed.events.splice(0);
    return {
      workspace,
      graph,
      units: byId,
      prepared,
      selected,
      signal: request.signal ?? new AbortController().signal,
      reader: openStackReader({
        makeFolder: () => makeRunFolder(env),
        parallel: 2,
        pulumiFor: async ({ dir, backendUrl }) => {
          const engine = await parts().installEngine(undefined);
          const variables = pulumiEnvironment({ env, engineFolder: engine.folder, backendUrl });
          return pulumi.open({ engine, cwd: dir, env: variables, secrets: [] });
        },
      }),
      key: keyOf(workspace.name),
      versionsOf: () => bed.versions,
      operationFor: () => operation(),
      onStep: () => {},
      trace: parts().trace,
      debugDir: undefined,
      onWarning: () => {},
      all,
    };
  }

  function keyOf(workspace: string): Buffer {
    const key = keys.get(workspace) ?? workspaceKey(env, workspace);
    keys.set(workspace, key);
    return key;
  }

  function operation(): OperationDependencies {
    const dependencies = operations.dependencies();
    const log = (text: string): void => void bed.log.push(text);
    const console = { ...dependencies.console, report: log, writeStderr: log, writeStdout: log };
    return { ...dependencies, parts: parts(), console };
  }

  function optionsOf<Data>(request: WorkspaceRequest): RunOptions<Data> {
    const { parallel = 2, failFast = false, signal = new AbortController().signal } = request;
    const onEvent = ({ type, unit }: RunEvent<PreparedUnit, Data>): void =>
      void bed.events.push({ type, name: unit.target.name });
    return { parallel, failFast, signal, onEvent };
  }

  /** What the module of the stack's kind would register, with the values of its references. */
  function programOf({ args, env: environment, place }: ScriptedRun): MemoryProgram {
    const unit = units.get(place.stack);
    const handed = readRunHandoff(environment, place.stack)?.references ?? [];
    if (unit === undefined) throw new Error(`no manifest has the stack ${place.stack}`);
    const { entry, message, references } = unit.reading;
    const isPreview = args[0] === "preview";
    const refersTo = new Set<string>();
    const values = references.flatMap(({ field, fieldPath, kind, name, env: of, output }) => {
      if (field.source.case !== "valueFrom") return [];
      const target = targetText({ kind, name, ...(of ? { env: of } : {}) });
      const stack = handed.find((one) => one.target === target);
      if (stack === undefined) throw new Error(`nothing was handed over of ${target}`);
      refersTo.add(`organization/${stack.project}/${stack.stack}`);
      const isUnknown = stack.unknown === "all" || stack.unknown.includes(output);
      const state = pulumi.read({ ...place, project: stack.project, stack: stack.stack });
      const outputs = state?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
      if (!isPreview && outputs[output] === undefined) throw new Error(`${target} has no output ${output}`);
      return [[fieldPath.split(".").at(-1) ?? "", isPreview && isUnknown ? unknownValue : outputs[output]]];
    });
    const spec = objectOf(objectOf(objectOf(toJson(entry.stackInput, message))["target"])["spec"]);
    const { resourceName } = operations.record(place.stack, bed.root) ?? {};
    const inputs = {
      ...spec,
      name: resourceName ?? unit.target.name,
      ...Object.fromEntries(values),
      secrets: secretsOf.get(unit.id) ?? [],
    };
    const outputFields = entry.stackOutputs.fields;
    const given: Readonly<Record<string, unknown>> = { ip_range: spec["ipRangeCidr"] };
    return {
      type: types[entry.kind] ?? `test:index/thing:${entry.kind}`,
      name: unit.target.name,
      inputs: JSON.parse(JSON.stringify(inputs)),
      isProtected: bed.isProtected.has(unit.target.name),
      replaceOn: bed.replaceOn,
      unknownOnUpdate: bed.unknownOnUpdate,
      secretOutputs: new Set(outputFields.filter(isSecretField).map(({ name }) => name)),
      refersTo: [...refersTo],
      outputs: (id) =>
        Object.fromEntries(
          outputFields.map((field) => {
            const word = isSecretField(field) ? `${bed.word} ` : "";
            const of = field.name.endsWith("_id") ? "" : `${word}${field.name} of `;
            return [field.name, given[field.name] ?? (id === undefined ? undefined : `${of}${id}`)];
          }),
        ),
    };
  }
}

const types: Readonly<Record<string, string>> = {
  DigitalOceanVpc: vpcType,
  DigitalOceanDatabaseCluster: clusterType,
};

/** Results by the names of the manifests, sorted; of what was skipped with the name of what it was skipped for. */
export function resultsOf(outcomes: ReadonlyMap<string, UnitOutcome<unknown>>): Results {
  const nameOf = (id: string): string => id.split("/").at(-1) ?? id;
  const results = [...outcomes].map(([id, outcome]): [string, string] => [
    nameOf(id),
    outcome.result === "skipped" ? `skipped for ${nameOf(outcome.cause)}` : outcome.result,
  ]);
  return Object.fromEntries(results.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The error of an outcome that has one. */
export function errorOf(outcome: UnitOutcome<unknown> | undefined): unknown {
  return outcome !== undefined && "error" in outcome ? outcome.error : undefined;
}

/** A VPC; `spec` in YAML's flow style. */
export function vpc(name: string, spec = "", metadata = ""): string {
  return manifest({ kind: "DigitalOceanVpc", name, spec: `region: nyc3${more(spec)}`, metadata });
}

/** A cluster in a VPC, or in none. */
export function cluster(name: string, vpcName: string | undefined, spec = "", metadata = ""): string {
  const size = 'engine: pg, engineVersion: "16", region: nyc3, sizeSlug: db-s-1vcpu-1gb, nodeCount: 1';
  const reference = vpcName === undefined ? "" : `, vpc: {valueFrom: {kind: DigitalOceanVpc, name: ${vpcName}}}`;
  return manifest({ kind: "DigitalOceanDatabaseCluster", name, spec: `${size}${reference}${more(spec)}`, metadata });
}

/** A user of a cluster. */
export function user(name: string, clusterName: string, metadata = ""): string {
  const spec = `cluster: {valueFrom: {kind: DigitalOceanDatabaseCluster, name: ${clusterName}}}`;
  return manifest({ kind: "DigitalOceanDatabaseUser", name, spec, metadata });
}

/** A secret at Doppler with the password of a database user, or with what a secret URI gives. */
export function dopplerSecret(name: string, value: { readonly user: string } | { readonly uri: string }): string {
  const from =
    "uri" in value
      ? `{value: "${value.uri}"}`
      : `{valueFrom: {kind: DigitalOceanDatabaseUser, name: ${value.user}, fieldPath: password}}`;
  const spec = `project: shop, config: prd, value: ${from}`;
  return `apiVersion: doppler.planton.dev/v1\nkind: DopplerSecret\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
}

interface ManifestParts {
  readonly kind: string;
  readonly name: string;
  readonly spec: string;
  readonly metadata: string;
}

function manifest({ kind, name, spec, metadata }: ManifestParts): string {
  return `apiVersion: digital-ocean.planton.dev/v1\nkind: ${kind}\nmetadata: {name: ${name}${more(metadata)}}\nspec: {${spec}}\n`;
}

function more(text: string): string {
  return text === "" ? "" : `, ${text}`;
}

/** Takes a file of a bed away. */
export function removeFile({ folder }: Pick<WorkspaceBed, "folder">, path: string): void {
  rmSync(join(folder, path), { recursive: true, force: true });
}
