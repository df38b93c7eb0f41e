import { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asObject, asText, type JsonObject } from "../../http/json.js";
import { requestOf, type WorkLimits } from "../kit/work-limits.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** One operation of the engine on one cluster or branch: what the vendor makes slowly and gives an endpoint. */
export interface DatabaseHandle extends WorkLimits {
  readonly api: TidbCloudApi;
  /** For messages. */
  readonly noun: "cluster" | "branch";
  /** Id of the resource. */
  readonly id: string;
  /** Path at the serverless API. */
  readonly path: string;
  /** Whether those that the key sees can be listed and this one is not among them. Throws when they cannot. */
  readonly isUnlisted: () => Promise<boolean>;
}

/** How much of an object the API tells: BASIC is enough to wait, FULL has everything. */
export type DatabaseView = "BASIC" | "FULL";

/** True for a cluster or branch that is being deleted or is; of a branch DELETED says both (branch.swagger.json). */
export function isLeaving(database: JsonObject): boolean {
  const state = asText(database["state"]);
  return state === "DELETING" || state === "DELETED";
}

/** The error for what was deleted by somebody else. */
export function goneError(
  { noun, id }: { readonly noun: string; readonly id: string },
  hint = "refresh the stack (planton pulumi refresh), then run up again to make a new one",
): PlantonError {
  const message = `the ${noun} "${id}" is gone: it was deleted outside of this stack`;
  return new PlantonError({ code: "E_VENDOR", message, hint });
}

/** True when an answer says by itself that there is no such object: a 404 of the API, not of a gateway in between. */
export function saysGone({ status, body }: HttpResponse): boolean {
  return status === 404 && asObject(body)?.["code"] !== undefined;
}

/**
 * Whether an answer means that there is no such cluster or branch. After a deletion the API answers 404 or 403, but a key
 * without rights gets a 403 too, and a gateway in between a 404 of its own: then the list decides. Throws what the answer
 * says.
 */
export async function isGone({ api, isUnlisted }: DatabaseHandle, answer: HttpResponse): Promise<boolean> {
  if (saysGone(answer)) return true;
  if (answer.status !== 404 && answer.status !== 403) return false;
  if (await isUnlisted()) return true;
  throw api.errorOf(answer);
}

/** The cluster or branch, also one that is being deleted; undefined when there is none. Throws E_VENDOR and the like. */
export async function getDatabase(handle: DatabaseHandle, view: DatabaseView): Promise<JsonObject | undefined> {
  const path = `${handle.path}?view=${view}`;
  const answer = await handle.api.send({ method: "GET", path, ...requestOf(handle) });
  return (await isGone(handle, answer)) ? undefined : handle.api.bodyOf(answer);
}
