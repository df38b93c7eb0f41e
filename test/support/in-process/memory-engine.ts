import { isDeepStrictEqual } from "node:util";
import { type Deployment, type HeldResource, stackUrn } from "./memory-deployment.js";
import type { ScriptEnd, ScriptedRun } from "./memory-pulumi.js";

/** A vendor in memory: refuses to use what is not there, and to delete what is used. */
export interface MemoryCloud {
  /** What exists, by id. */
  readonly resources: Map<string, CloudResource>;
  /** How many ids were given. */
  idCount: number;
  /** URN of each creation, in order. */
  readonly created: string[];
  /** URN of each deletion, in order. */
  readonly deleted: string[];
}

/** A resource at the vendor. */
interface CloudResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a stack's program registers: one resource, and outputs. */
export interface MemoryProgram {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly isProtected: boolean;
  /** Inputs of which a change replaces the resource. */
  readonly replaceOn: readonly string[];
  /** Outputs for the resource's id; undefined for one that is not known yet. */
  readonly outputs: (id: string | undefined) => Readonly<Record<string, unknown>>;
  /** Names of outputs that a preview of an update does not know. */
  readonly unknownOnUpdate: ReadonlySet<string>;
  /** Names of outputs that are secrets. */
  readonly secretOutputs: ReadonlySet<string>;
  /** Stacks whose outputs it reads, as `organization/project/stack`. */
  readonly refersTo: readonly string[];
}

/**
 * How the next run of a stack goes wrong. `refused`: the vendor refuses to make or change the resource. `killed`: before
 * anything; when the vendor has made the resource and the state only has that it was begun; when the new one of a
 * replacement is there and the old one still to be deleted.
 */
export type MemoryFault =
  | "refused"
  | "killed before"
  | "killed in create"
  | "killed in replacement"
  | "cancelled"
  | "preview refused";

/** How the engine's events write a value that a preview does not know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret as a state has it. */
export function secretInState(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: `v1:${String(value)}` };
}

/** What {@link runMemoryEngine} runs. */
interface MemoryRun {
  readonly run: ScriptedRun;
  /** Undefined for a run without the program. */
  readonly program: MemoryProgram | undefined;
  readonly cloud: MemoryCloud;
  readonly fault: MemoryFault | undefined;
}

/** One operation of the engine, with the steps, events and states of pulumi 3.259.0 for a program of one resource. */
export function runMemoryEngine(input: MemoryRun): ScriptEnd {
  const { run, program, fault } = input;
  const [name] = run.args;
  if (fault === "killed before") return "SIGKILL";
  if (fault === "cancelled") return 8;
  if (fault === "preview refused") {
    run.writeStderr("error: preview failed\n");
    return 255;
  }
  if (name === "destroy") return destroy(input);
  if (name === "refresh") return refresh(input);
  if (program === undefined) throw new Error(`${run.place.stack} has no program to run`);
  return apply({ ...input, program, isPreview: name === "preview" });
}

function apply(input: MemoryRun & { readonly program: MemoryProgram; readonly isPreview: boolean }): ScriptEnd {
  const { run, program, cloud, fault, isPreview } = input;
  const { deployment, place } = run;
  const urn = `urn:pulumi:${place.stack}::${place.project}::${program.type}::${program.name}`;
  const all = vendors(deployment).filter(({ id }) => !run.args.includes("--refresh") || cloud.resources.has(id));
  const old = all.find((one) => one.urn === urn && one.delete !== true);
  const olds = all.filter((one) => one !== old);
  const changed = Object.keys({ ...old?.inputs, ...program.inputs }).filter(
    (key) => !isDeepStrictEqual(old?.inputs[key], program.inputs[key]),
  );
  const isReplaced = changed.some((key) => program.replaceOn.includes(key) && program.inputs[key] !== unknownValue);
  const op = old === undefined ? "create" : changed.length === 0 ? "same" : isReplaced ? "replace" : "update";
  const isLost = (isReplaced && old?.protect) || olds.some(({ protect }) => protect);
  if (isLost && !run.args.includes("--ignore-protect")) {
    run.writeStderr(`error: ${urn} cannot be deleted because it is protected\n`);
    return 255;
  }
  for (const one of op === "replace" ? ["create-replacement", "replace", "delete-replaced"] : [op]) {
    step(run, { op: one, urn, isPreview, old });
  }
  for (const one of olds)
    step(run, { op: one.delete ? "delete-replaced" : "delete", urn: one.urn, isPreview, old: one });
  const isMade = op === "create" || op === "replace";
  if (isPreview) {
    const known = program.outputs(isMade ? undefined : old?.id);
    const outputs = Object.fromEntries(
      Object.entries(known).map(([output, value]) => {
        if (program.secretOutputs.has(output)) return [output, "[secret]"];
        const isUnknown = value === undefined || (op === "update" && program.unknownOnUpdate.has(output));
        return [output, isUnknown ? unknownValue : value];
      }),
    );
    stackOutputs(run, outputs);
    return undefined;
  }
  const missing = JSON.stringify(program.inputs)
    .match(idPattern)
    ?.some((id) => !cloud.resources.has(id));
  if (op !== "same" && (fault === "refused" || missing === true)) return failed(run, op, urn);
  let id = old?.id ?? "";
  if (isMade) {
    cloud.idCount += 1;
    id = idOf(cloud.idCount);
    cloud.created.push(urn);
  }
  if (op !== "same") cloud.resources.set(id, { urn, type: program.type, inputs: program.inputs });
  const made = heldOf(run, program, { id, urn });
  if (fault === "killed in create" && op === "create") {
    const { id: _unknown, outputs: _none, ...begun } = made;
    deployment.pending_operations = [{ type: "creating", resource: begun }];
    return "SIGKILL";
  }
  const left = [...olds, ...(op === "replace" && old !== undefined ? [{ ...old, delete: true }] : [])];
  if (fault === "killed in replacement" && left.length > 0) {
    // The stack's outputs are registered at the end.
    const own = pulumiOwn(deployment);
    deployment.resources = [...own, made, ...left];
    return "SIGKILL";
  }
  const kept = left.filter((one) => !deleteAtVendor(run, cloud, one));
  deployment.resources = stateOf(run, program, [made, ...kept]);
  stackOutputs(run, plainOutputs(program, id));
  return kept.length === 0 ? undefined : 255;
}

function destroy({ run, cloud }: MemoryRun): ScriptEnd {
  const { deployment, args } = run;
  const isPreview = args.includes("--preview-only");
  const all = vendors(deployment);
  if (all.some(({ protect }) => protect) && !args.includes("--ignore-protect")) {
    run.writeStderr("error: resource cannot be deleted because it is protected\n");
    return 255;
  }
  for (const one of all) step(run, { op: "delete", urn: one.urn, isPreview, old: one });
  if (isPreview) return undefined;
  const kept = all.filter((one) => !deleteAtVendor(run, cloud, one));
  deployment.resources = kept.length === 0 ? [] : [...pulumiOwn(deployment), ...kept];
  return kept.length === 0 ? undefined : 255;
}

function refresh({ run, cloud }: MemoryRun): ScriptEnd {
  const { deployment, args } = run;
  const all = vendors(deployment);
  for (const { urn, id } of all) {
    run.event({
      resourcePreEvent: {
        planning: args.includes("--preview-only"),
        metadata: { op: "refresh", urn, type: typeOf(urn) },
      },
    });
    const op = cloud.resources.has(id) ? "same" : "delete";
    run.event({ resOutputsEvent: { metadata: { op, urn, type: typeOf(urn) } } });
  }
  if (args.includes("--preview-only")) return undefined;
  deployment.resources = [...pulumiOwn(deployment), ...all.filter(({ id }) => cloud.resources.has(id))];
  return undefined;
}

interface VendorResource extends HeldResource {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

function vendors({ resources = [] }: Deployment): VendorResource[] {
  return resources.flatMap((one) =>
    one.id === undefined || one.type.startsWith("pulumi:") ? [] : [{ ...one, id: one.id, inputs: one.inputs ?? {} }],
  );
}

function pulumiOwn({ resources = [] }: Deployment): HeldResource[] {
  return resources.filter(({ type }) => type.startsWith("pulumi:"));
}

interface EngineStep {
  readonly op: string;
  readonly urn: string;
  readonly isPreview: boolean;
  readonly old: VendorResource | undefined;
}

function step(run: ScriptedRun, { op, urn, isPreview, old }: EngineStep): void {
  const before = old === undefined ? {} : { old: { id: old.id, protect: old.protect === true } };
  run.event({ resourcePreEvent: { planning: isPreview, metadata: { op, urn, type: typeOf(urn), ...before } } });
}

function failed(run: ScriptedRun, op: string, urn: string): ScriptEnd {
  run.event({ resOpFailedEvent: { metadata: { op, urn, type: typeOf(urn) } } });
  run.event({ diagnosticEvent: { severity: "error", urn, message: "the vendor refuses it" } });
  run.writeStderr("error: update failed\n");
  return 255;
}

/** True when the vendor has deleted it, or has it no more. */
function deleteAtVendor(run: ScriptedRun, cloud: MemoryCloud, one: VendorResource): boolean {
  const { id, urn } = one;
  const others = [...cloud.resources].filter(([other]) => other !== id);
  if (others.some(([, { inputs }]) => JSON.stringify(inputs).includes(id))) {
    failed(run, one.delete ? "delete-replaced" : "delete", urn);
    return false;
  }
  if (cloud.resources.delete(id)) cloud.deleted.push(urn);
  return true;
}

function stackOutputs(run: ScriptedRun, outputs: object): void {
  const type = "pulumi:pulumi:Stack";
  run.event({ resOutputsEvent: { metadata: { op: "same", urn: stackUrn(run.place), type, new: { outputs } } } });
}

function plainOutputs(program: MemoryProgram, id: string): object {
  const entries = Object.entries(program.outputs(id));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, program.secretOutputs.has(name) ? "[secret]" : value]),
  );
}

function heldOf(
  { place }: ScriptedRun,
  { type, inputs, isProtected }: MemoryProgram,
  { id, urn }: { readonly id: string; readonly urn: string },
): VendorResource {
  return { urn, type, custom: true, id, inputs, outputs: inputs, protect: isProtected, parent: stackUrn(place) };
}

function stateOf(
  { place }: ScriptedRun,
  program: MemoryProgram,
  resources: readonly VendorResource[],
): readonly HeldResource[] {
  const outputs = Object.entries(program.outputs(resources[0]?.id)).map(([name, value]) => [
    name,
    program.secretOutputs.has(name) ? secretInState(value) : value,
  ]);
  const type = "pulumi:pulumi:StackReference";
  return [
    { urn: stackUrn(place), type: "pulumi:pulumi:Stack", custom: false, outputs: Object.fromEntries(outputs) },
    ...program.refersTo.map((id) => ({
      urn: `urn:pulumi:${place.stack}::${place.project}::${type}::${id}`,
      type,
      custom: true,
      id,
    })),
    ...resources,
  ];
}

function typeOf(urn: string): string {
  return urn.split("::").at(-2) ?? "";
}

const idPattern = /00000000-0000-4000-8000-\d{12}/g;

function idOf(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
}
