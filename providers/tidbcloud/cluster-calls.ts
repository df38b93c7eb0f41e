import { PlantonError } from "../../contract/planton-error.js";
import type { HttpAnswer } from "../kit/http-client.js";
import { asObject, asText, type JsonObject } from "../kit/json-answer.js";
import type { ClusterChange } from "./cluster-changes.js";
import { type ApiRequest, apiPath, type TidbCloudApi } from "./tidbcloud-api.js";

/** One operation of the engine on one cluster. */
export interface ClusterHandle {
  readonly api: TidbCloudApi;
  readonly id: string;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Fires when the user asked to stop: waits end, calls do not. */
  readonly cancelled: AbortSignal;
  /** Milliseconds since 1970 after which nothing is waited for. */
  readonly deadlineMs: number;
}

/** How much of a cluster the API tells: BASIC is enough to wait, FULL has everything. */
export type ClusterView = "BASIC" | "FULL";

/** Path of a cluster, or of a part of it. */
export function clusterPath(id: string, part = ""): string {
  return `${apiPath}/clusters/${encodeURIComponent(id)}${part}`;
}

/** True for a cluster that is being deleted or is. */
export function isLeaving(cluster: JsonObject): boolean {
  const state = asText(cluster["state"]);
  return state === "DELETING" || state === "DELETED";
}

/** The error for a cluster that was deleted by somebody else. */
export function goneError(
  id: string,
  hint = "refresh the stack (planton pulumi refresh), then run up again to make a new one",
): PlantonError {
  const message = `the cluster "${id}" is gone: it was deleted outside of this stack`;
  return new PlantonError({ code: "E_VENDOR", message, hint });
}

function requestOf({ signal, deadlineMs }: ClusterHandle): Pick<ApiRequest, "signal" | "deadlineMs"> {
  return { signal, deadlineMs };
}

/** Whether the key's clusters can be listed and this one is not among them. Throws when they cannot. */
export async function isUnlisted(cluster: ClusterHandle): Promise<boolean> {
  const listed = await cluster.api.listClusters(`clusterId="${cluster.id}"`, requestOf(cluster));
  return !listed.some((other) => asText(other["clusterId"]) === cluster.id && !isLeaving(other));
}

/**
 * Whether an answer means that there is no such cluster. After a deletion the API answers 404 or 403, but a key without
 * rights gets a 403 too, and a gateway in between a 404 of its own: then the list decides. Throws what the answer says.
 */
export async function isGone(cluster: ClusterHandle, answer: HttpAnswer): Promise<boolean> {
  if (answer.status === 404 && asObject(answer.body)?.["code"] !== undefined) return true;
  if (answer.status !== 404 && answer.status !== 403) return false;
  if (await isUnlisted(cluster)) return true;
  throw cluster.api.errorOf(answer);
}

/** The cluster, also one that is being deleted; undefined when there is none. Throws E_VENDOR and the like. */
export async function getCluster(cluster: ClusterHandle, view: ClusterView): Promise<JsonObject | undefined> {
  const path = clusterPath(cluster.id, `?view=${view}`);
  const answer = await cluster.api.send({ method: "GET", path, ...requestOf(cluster) });
  return (await isGone(cluster, answer)) ? undefined : cluster.api.bodyOf(answer);
}

/** Changes one group of fields. The answer leaves out much and is not given; a 400 to an optional change is none. */
export async function patchCluster(cluster: ClusterHandle, change: ClusterChange): Promise<void> {
  const body = { updateMask: change.updateMask, cluster: change.values };
  const request = { method: "PATCH", path: clusterPath(cluster.id), body, ...requestOf(cluster) } as const;
  const answer = await cluster.api.send(request);
  if (change.optional !== true || answer.status !== 400) cluster.api.bodyOf(answer);
}

/** Sets the root password. */
export async function putPassword(cluster: ClusterHandle, password: string): Promise<void> {
  const request = { method: "PUT", path: clusterPath(cluster.id, "/password"), body: { password } } as const;
  await cluster.api.call({ ...request, ...requestOf(cluster), secrets: [password] });
}
