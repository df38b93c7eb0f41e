import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { asObjects, type JsonObject, listOf, objectOf, parseJson } from "../../../http/json.js";
import type { PulumiCli } from "../spawn-pulumi.js";
import { possibleStateFiles, type StackRef } from "../stack-ref.js";
import { exportStack } from "./export-stack.js";
import { assertUsableState, readStateFile } from "./state-file.js";

/** A stack's state as far as it shows whether something has to be done. Secrets in it are encrypted. */
export interface StackState {
  /** Changes with every resource: its URN, id, inputs, outputs, protection. Not with times and versions. */
  readonly fingerprint: string;
  /** False after an end that was not clean: pending operations, init errors, what is to be deleted or was not replaced. */
  readonly isClean: boolean;
  /** When it was last written, milliseconds since 1970; undefined when it does not say. */
  readonly writtenAtMs: number | undefined;
  /** Resources at a vendor. */
  readonly resourceCount: number;
  /** URNs of resources that Pulumi may not delete or replace. */
  readonly protectedUrns: readonly string[];
  /** What the stack gives to others; a secret is an object with its ciphertext. */
  readonly outputs: JsonObject;
  /** Stacks whose outputs it takes, as `organization/project/stack`. */
  readonly refersTo: readonly string[];
}

/**
 * Reads a stack's state; undefined when the backend has no such stack. On a `file://` backend it is read from its file,
 * which starts no process. Throws E_PULUMI, and E_FILESYSTEM for a file that is damaged or no regular file.
 */
export async function readStackState(
  place: StackRef,
  pulumi: () => PulumiCli | Promise<PulumiCli>,
): Promise<StackState | undefined> {
  const { version, checkpoint } = readStateFile(place) ?? {};
  if (version === 3) return stateIn(objectOf(objectOf(checkpoint)["latest"]));
  const paths = possibleStateFiles(place);
  if (paths !== undefined && !paths.some((one) => existsSync(one))) return undefined;
  assertUsableState(place);
  const exported = await exportStack(await pulumi(), place.stack);
  return exported === undefined ? undefined : stateIn(objectOf(objectOf(parseJson(exported))["deployment"]));
}

function stateIn(deployment: JsonObject): StackState {
  const resources = asObjects(deployment["resources"]);
  const pending = listOf(deployment["pending_operations"]);
  const writtenAtMs = Date.parse(String(objectOf(deployment["manifest"])["time"]));
  return {
    writtenAtMs: Number.isNaN(writtenAtMs) ? undefined : writtenAtMs,
    fingerprint: fingerprintOf(resources, pending.length),
    isClean: pending.length === 0 && resources.every(isDone),
    resourceCount: resources.filter(({ id, type }) => typeof id === "string" && !String(type).startsWith("pulumi:"))
      .length,
    protectedUrns: resources.filter(({ protect }) => protect === true).map(({ urn }) => String(urn)),
    refersTo: resources.filter(({ type }) => type === "pulumi:pulumi:StackReference").map(({ id }) => String(id)),
    outputs: objectOf(resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.["outputs"]),
  };
}

function isDone(resource: JsonObject): boolean {
  const isLeft = resource["delete"] === true || resource["pendingReplacement"] === true;
  return !isLeft && listOf(resource["initErrors"]).length === 0;
}

/** What a run of the program can change about a resource. */
const fingerprinted = [
  "urn",
  "id",
  "inputs",
  "outputs",
  "protect",
  "retainOnDelete",
  "delete",
  "deletedWith",
  "parent",
];

function fingerprintOf(resources: readonly JsonObject[], pendingCount: number): string {
  const hash = createHash("sha256").update(String(pendingCount));
  for (const resource of resources) {
    // Pulumi writes maps with sorted keys, whichever way the state is read.
    hash.update(JSON.stringify(fingerprinted.map((key) => resource[key] ?? null))).update("\n");
  }
  return hash.digest("hex").slice(0, 32);
}
