import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asText, type JsonObject } from "../../http/json.js";
import { pollUntil } from "../kit/poll.js";
import { type DatabaseHandle, getDatabase, isLeaving } from "./database-calls.js";
import { asWhole, publicEndpointOf } from "./database-fields.js";

/** How a wait for a cluster or branch ended. */
export type WaitEnd =
  | { readonly end: "ready"; readonly database: JsonObject }
  | { readonly end: "gone" }
  /** `database` is the last that was seen of it. */
  | { readonly end: "failed"; readonly database: JsonObject; readonly error: PlantonError };

/** States that do not end by themselves. */
const deadStates: ReadonlySet<string> = new Set(["PAUSED", "INACTIVE"]);
/** What is new may be invisible at first, so a single 404 proves nothing. */
const looksUntilGone = 3;

/** True when a cluster or branch can be used: ACTIVE and with everything a connection needs. */
export function isReady(database: JsonObject): boolean {
  const endpoint = publicEndpointOf(database);
  const hasAddress = asFilledText(endpoint["host"]) !== undefined && (asWhole(endpoint["port"]) ?? 0) > 0;
  const isReachable = hasAddress || endpoint["disabled"] === true;
  return asText(database["state"]) === "ACTIVE" && asFilledText(database["userPrefix"]) !== undefined && isReachable;
}

function describe(database: JsonObject): string {
  const state = asText(database["state"]) ?? "";
  return state === "ACTIVE" ? "ACTIVE without its connection fields" : state === "" ? "of no known state" : state;
}

/** An error that may pass by itself: the next look decides. */
function isPassing(error: unknown): error is PlantonError {
  return isPlantonError(error) && (error.code === "E_VENDOR" || error.code === "E_VENDOR_UNREACHABLE");
}

/**
 * Looks until a cluster or branch is ready, from `seen` on; lost answers and errors of the vendor are lived through until the
 * deadline. Throws E_CREDENTIALS_REFUSED and E_INTERRUPTED never: they end the wait as failed.
 */
export async function waitUntilReady(handle: DatabaseHandle, seen: JsonObject): Promise<WaitEnd> {
  const { api, noun, id } = handle;
  let last = seen;
  let problem = "";
  let missing = 0;
  if (isReady(seen)) return { end: "ready", database: seen };

  const judge = (database: JsonObject): WaitEnd | undefined => {
    if (isReady(database)) return { end: "ready", database };
    if (isLeaving(database)) return { end: "gone" };
    if (!deadStates.has(asText(database["state"]) ?? "")) return undefined;
    const message = `the ${noun} "${id}" is ${describe(database)}`;
    const hint = "look at it in the vendor's console, then run up again";
    return { end: "failed", database, error: new PlantonError({ code: "E_VENDOR", message, hint }) };
  };

  const look = async (): Promise<WaitEnd | undefined> => {
    let database: JsonObject | undefined;
    try {
      database = await getDatabase(handle, "BASIC");
    } catch (error) {
      if (!isPassing(error)) throw error;
      problem = `; the last answer: ${error.message}`;
      return undefined;
    }
    problem = "";
    missing = database === undefined ? missing + 1 : 0;
    if (database === undefined) return missing < looksUntilGone ? undefined : { end: "gone" };
    last = database;
    return judge(database);
  };

  try {
    const timeoutMs = Math.max(0, handle.deadlineMs - api.clock.nowMs());
    const signals = [handle.cancelled, handle.signal];
    const end = await pollUntil({ look, pace: api.pace, timeoutMs, clock: api.clock, signals });
    if (end !== undefined) return end;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const message = `the ${noun} "${id}" is still ${describe(last)}: ${error.message}`;
    const { code, hint } = error;
    return { end: "failed", database: last, error: new PlantonError({ code, message, hint, cause: error }) };
  }
  const message = `the ${noun} "${id}" is still ${describe(last)} after the time that was given${problem}`;
  const hint = "run up again: it goes on with it";
  return { end: "failed", database: last, error: new PlantonError({ code: "E_VENDOR", message, hint }) };
}
