import { PlantonError } from "../../../contract/planton-error.js";
import { type JsonObject, listOf, objectOf } from "../../../http/json.js";
import type { PulumiCli } from "../spawn-pulumi.js";
import type { StackRef } from "../stack-ref.js";
import { exportStack } from "./export-stack.js";
import { readStateFile } from "./state-file.js";

/** A resource of a stack's state; secrets in `inputs` are encrypted. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Vendor's id; absent for components and for what is being created. */
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** True for one that was replaced and that the next update deletes. */
  readonly isReplaced: boolean;
  /** True for one that Pulumi may not delete or replace. */
  readonly isProtected: boolean;
  /** True for one that was deleted in order to be replaced, and whose successor was not made. */
  readonly isPendingReplacement: boolean;
  /** True when its last creation or change failed half way: the vendor may not have what the state says. */
  readonly hasInitErrors: boolean;
  /** URN of the resource whose deletion deletes this one too. */
  readonly deletedWith?: string;
}

/** A stack's state as far as planton reads it. */
export interface Checkpoint {
  readonly resources: readonly StateResource[];
  /** Creations that were begun and whose end the state does not know. */
  readonly pendingCreates: readonly StateResource[];
  /** Other operations that were begun and whose end the state does not know. */
  readonly pendingOthers: readonly StateResource[];
  /** When the state was last written, milliseconds since 1970; undefined when it does not say. */
  readonly writtenAtMs: number | undefined;
}

/** A stack's state that can be changed and imported again. */
export interface ExportedCheckpoint extends Checkpoint {
  /** The whole deployment, as `pulumi stack export` gives it. */
  readonly deployment: string;
}

/** Reads a stack's state by `pulumi stack export`; secrets stay encrypted. Throws E_IDENTITY_STACK_MISSING, E_PULUMI. */
export async function exportCheckpoint(pulumi: PulumiCli, stack: string): Promise<ExportedCheckpoint> {
  const exported = await exportStack(pulumi, stack);
  if (exported === undefined) {
    throw new PlantonError({ code: "E_IDENTITY_STACK_MISSING", message: `the backend has no stack "${stack}"` });
  }
  return parseCheckpoint(exported);
}

/** Reads the text of an exported deployment. */
export function parseCheckpoint(text: string): ExportedCheckpoint {
  return { ...stateOf(objectOf(objectOf(JSON.parse(text))["deployment"])), deployment: text };
}

function stateOf(deployment: JsonObject): Checkpoint {
  const operations = listOf(deployment["pending_operations"]).map(objectOf);
  const of = (isCreate: boolean): StateResource[] =>
    operations
      .filter((operation) => (operation["type"] === "creating") === isCreate)
      .map((operation) => stateResource(objectOf(operation["resource"])));
  return {
    resources: listOf(deployment["resources"]).map((resource) => stateResource(objectOf(resource))),
    pendingCreates: of(true),
    pendingOthers: of(false),
    writtenAtMs: timeOf(objectOf(deployment["manifest"])["time"]),
  };
}

/**
 * Reads a stack's state; secrets stay encrypted. On a `file://` backend it is read from its file, which
 * starts no process, else as {@link exportCheckpoint} does. Throws what that throws, E_FILESYSTEM for a damaged file.
 */
export async function readCheckpoint(place: StackRef, pulumi: PulumiCli): Promise<Checkpoint> {
  const file = readStateFile(place);
  // The deployment is its checkpoint's latest in this version; another one is pulumi's to read.
  if (file?.["version"] === 3) return stateOf(objectOf(objectOf(file["checkpoint"])["latest"]));
  return exportCheckpoint(pulumi, place.stack);
}

/** The type of a resource by its URN, without those of its parents. */
export function typeOfUrn(urn: string): string {
  return urn.split("::").at(-2)?.split("$").at(-1) ?? "";
}

/** A resource for people, by its URN: `DatabaseCluster "main"`. */
export function resourceText(urn: string): string {
  const name = urn.split("::").at(-1) ?? "";
  return `${typeOfUrn(urn).split(":").at(-1) ?? ""} "${name}"`;
}

/** Resources of a state that Pulumi may not delete or replace, as {@link resourceText} writes them. */
export function protectedResources({ resources }: Checkpoint): readonly string[] {
  return resources.filter(({ isProtected }) => isProtected).map(({ urn }) => resourceText(urn));
}

/** The exported deployment without any pending operations, for `pulumi stack import`. */
export function withoutPendingOperations(deployment: string): string {
  const exported = objectOf(JSON.parse(deployment));
  const { pending_operations: _dropped, ...rest } = objectOf(exported["deployment"]);
  return JSON.stringify({ ...exported, deployment: rest });
}

function stateResource(value: JsonObject): StateResource {
  const id = value["id"];
  return {
    urn: String(value["urn"] ?? ""),
    type: String(value["type"] ?? ""),
    ...(typeof id === "string" && id !== "" ? { id } : {}),
    inputs: objectOf(value["inputs"]),
    isReplaced: value["delete"] === true,
    isProtected: value["protect"] === true,
    isPendingReplacement: value["pendingReplacement"] === true,
    hasInitErrors: listOf(value["initErrors"]).length > 0,
    ...(typeof value["deletedWith"] === "string" ? { deletedWith: value["deletedWith"] } : {}),
  };
}

function timeOf(text: unknown): number | undefined {
  const timeMs = Date.parse(String(text));
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
