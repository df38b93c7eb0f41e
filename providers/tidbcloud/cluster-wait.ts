import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asText, type JsonObject } from "../kit/json-answer.js";
import { pollUntil } from "../kit/poll.js";
import { type ClusterHandle, getCluster, isLeaving } from "./cluster-calls.js";
import { asWhole, publicEndpointOf } from "./cluster-state.js";

/** How a wait for a cluster ended. */
export type WaitEnd =
  | { readonly end: "ready"; readonly cluster: JsonObject }
  | { readonly end: "gone" }
  /** `cluster` is the last that was seen of it. */
  | { readonly end: "failed"; readonly cluster: JsonObject; readonly error: PlantonError };

/** States that do not end by themselves. */
const deadStates: ReadonlySet<string> = new Set(["PAUSED", "INACTIVE"]);
/** A new cluster may be invisible at first, so a single 404 proves nothing. */
const looksUntilGone = 3;

/** True when the cluster can be used: ACTIVE and with everything a connection needs. */
export function isReady(cluster: JsonObject): boolean {
  const endpoint = publicEndpointOf(cluster);
  const hasAddress = asFilledText(endpoint["host"]) !== undefined && (asWhole(endpoint["port"]) ?? 0) > 0;
  const isReachable = hasAddress || endpoint["disabled"] === true;
  return asText(cluster["state"]) === "ACTIVE" && asFilledText(cluster["userPrefix"]) !== undefined && isReachable;
}

function describe(cluster: JsonObject): string {
  const state = asText(cluster["state"]) ?? "";
  return state === "ACTIVE" ? "ACTIVE without its connection fields" : state === "" ? "of no known state" : state;
}

/** An error that may pass by itself: the next look decides. */
function isPassing(error: unknown): error is PlantonError {
  return isPlantonError(error) && (error.code === "E_VENDOR" || error.code === "E_VENDOR_UNREACHABLE");
}

/**
 * Looks until the cluster is ready, from `seen` on; lost answers and errors of the vendor are lived through until the
 * deadline. Throws E_CREDENTIALS_REFUSED and E_INTERRUPTED never: they end the wait as failed.
 */
export async function waitUntilReady(handle: ClusterHandle, seen: JsonObject): Promise<WaitEnd> {
  const { api, id } = handle;
  let last = seen;
  let problem = "";
  let missing = 0;
  if (isReady(seen)) return { end: "ready", cluster: seen };

  const judge = (cluster: JsonObject): WaitEnd | undefined => {
    if (isReady(cluster)) return { end: "ready", cluster };
    if (asText(cluster["state"]) === "DELETED" || isLeaving(cluster)) return { end: "gone" };
    if (!deadStates.has(asText(cluster["state"]) ?? "")) return undefined;
    const message = `the cluster "${id}" is ${describe(cluster)}`;
    const hint = "look at it in the vendor's console, then run up again";
    return { end: "failed", cluster, error: new PlantonError({ code: "E_VENDOR", message, hint }) };
  };

  const look = async (): Promise<WaitEnd | undefined> => {
    let cluster: JsonObject | undefined;
    try {
      cluster = await getCluster(handle, "BASIC");
    } catch (error) {
      if (!isPassing(error)) throw error;
      problem = `; the last answer: ${error.message}`;
      return undefined;
    }
    problem = "";
    missing = cluster === undefined ? missing + 1 : 0;
    if (cluster === undefined) return missing < looksUntilGone ? undefined : { end: "gone" };
    last = cluster;
    return judge(cluster);
  };

  try {
    const timeoutMs = Math.max(0, handle.deadlineMs - api.clock.nowMs());
    const signals = [handle.cancelled, handle.signal];
    const end = await pollUntil({ look, pace: api.pace, timeoutMs, clock: api.clock, signals });
    if (end !== undefined) return end;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const message = `the cluster "${id}" is still ${describe(last)}: ${error.message}`;
    const { code, hint } = error;
    return { end: "failed", cluster: last, error: new PlantonError({ code, message, hint, cause: error }) };
  }
  const message = `the cluster "${id}" is still ${describe(last)} after the time that was given${problem}`;
  const hint = "run up again: it goes on with this cluster";
  return { end: "failed", cluster: last, error: new PlantonError({ code: "E_VENDOR", message, hint }) };
}
