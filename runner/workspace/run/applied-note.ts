import { createHmac } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import type { ErrorCode } from "../../../contract/error-codes.js";
import type { StackState } from "../../pulumi/state/stack-state.js";
import type { StackTags } from "../../pulumi/state/stack-tags.js";
import type { Unit } from "../unit.js";

/** The tag that keeps what a stack was applied with. */
export const appliedTag = "planton:applied";

/** What a stack is applied with, as hashes by the workspace's key. */
export interface AppliedNote {
  /** Of manifest, secrets, account and versions. */
  readonly inputs: string;
  /** Of the outputs of other stacks that it takes. */
  readonly references: string;
  /** Fingerprint of the state that the run left. */
  readonly state: string;
}

/** The note as the value of {@link appliedTag}; at most 256 characters, which is what Pulumi's service takes. */
export function noteText({ inputs, references, state }: AppliedNote): string {
  return ["1", inputs, references, state].join(":");
}

/** The note in a stack's tags; undefined when there is none, or one of another form. */
export function noteIn(tags: StackTags): AppliedNote | undefined {
  const [form, inputs, references, state, ...rest] = (tags[appliedTag] ?? "").split(":");
  if (form !== "1" || !inputs || !references || !state || rest.length > 0) return undefined;
  return { inputs, references, state };
}

/** The tag that keeps what the last run failed with; it counts as long as nothing of it has changed. */
export const failedTag = "planton:failed";

/** What a run failed with, as the value of {@link failedTag}. */
export function failureText(note: AppliedNote, code: ErrorCode): string {
  return `${noteText(note)}:${code}`;
}

/** The code that a run failed with, if it was of the same; undefined when it was not, or did not fail. */
export function failureOfSame(tags: StackTags, note: AppliedNote): string | undefined {
  const text = tags[failedTag] ?? "";
  const same = `${noteText(note)}:`;
  return text.startsWith(same) ? text.slice(same.length) : undefined;
}

/** What {@link inputsHash} is made of. */
interface HashedInputs {
  readonly key: Buffer;
  readonly unit: Unit;
  /** What the secret URIs of the manifest give, in their order. */
  readonly secrets: readonly string[];
  /** Id of the vendor's account; undefined when the credentials may not read it. */
  readonly account: string | undefined;
  /** Name that the resource has at the vendor where it is not metadata.name. */
  readonly resourceName: string | undefined;
  /** Digest of the files on this machine that it names; undefined when it names none. */
  readonly files: string | undefined;
  /** Of planton with its modules, and of the plugin. */
  readonly versions: readonly string[];
}

/** Hash of all that a stack's program is run with, but for the outputs of other stacks. */
export function inputsHash({ key, unit, secrets, account, resourceName, files, versions }: HashedInputs): string {
  const { entry, message } = unit.reading;
  return hashOf(key, [
    entry.kind,
    Buffer.from(toBinary(entry.stackInput, message)).toString("base64"),
    ...secrets,
    account ?? null,
    resourceName ?? null,
    ...(files === undefined ? [] : [files]),
    ...versions,
  ]);
}

/** An output of another stack that a unit takes; undefined for one that is not there. */
interface TakenOutput {
  readonly stack: string;
  readonly output: string;
  /** As it is in the state; a secret as its ciphertext. */
  readonly value: unknown;
}

/** Hash of the outputs of other stacks that a stack takes. */
export function referencesHash(key: Buffer, taken: readonly TakenOutput[]): string {
  return hashOf(
    key,
    taken.map(({ stack, output, value }) => [stack, output, value ?? null]),
  );
}

function hashOf(key: Buffer, parts: readonly unknown[]): string {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** Whether a stack has to be run, and why. */
export type Decision = { readonly unchanged: true } | { readonly unchanged: false; readonly reason: RunReason };

/** Why a stack is run. */
export type RunReason =
  | "new"
  | "unfinished"
  | "not noted"
  | "manifest changed"
  | "reference changed"
  | "reference not known"
  | "state changed"
  | "asked for";

/** What {@link decide} compares. */
interface DecideInput {
  /** Undefined when the backend has no such stack. */
  readonly state: StackState | undefined;
  readonly note: AppliedNote | undefined;
  readonly inputs: string;
  readonly references: string;
  /** True when the last run left a note of what it began. */
  readonly hasRunMarker: boolean;
}

/** Decides without an engine whether a stack has to be run. */
export function decide({ state, note, inputs, references, hasRunMarker }: DecideInput): Decision {
  const run = (reason: RunReason): Decision => ({ unchanged: false, reason });
  if (state === undefined) return run("new");
  if (hasRunMarker || !state.isClean) return run("unfinished");
  if (note === undefined) return run(state.resourceCount === 0 ? "new" : "not noted");
  if (note.state !== state.fingerprint && isEmpty(state)) return run("new");
  if (note.state !== state.fingerprint) return run("state changed");
  if (note.inputs !== inputs) return run("manifest changed");
  return note.references === references ? { unchanged: true } : run("reference changed");
}

/** True for a stack that was made and never applied, or destroyed: it holds nothing, and gives nothing to others. */
export function isEmpty({ resourceCount, outputs }: Pick<StackState, "resourceCount" | "outputs">): boolean {
  return resourceCount === 0 && Object.keys(outputs).length === 0;
}
