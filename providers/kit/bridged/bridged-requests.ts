import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { HttpRequest, HttpResponse } from "../../../http/http-message.js";
import { asObject, type JsonObject } from "../../../http/json.js";
import { pollUntil } from "../base/poll.js";
import { PluginCrash } from "../resource/plugin-crash.js";
import type { BridgedApi } from "./bridged-api.js";

/** A request that is sent again while the vendor responds with one of these statuses. */
export interface SentAgain {
  readonly statuses: readonly number[];
  /** Default when the program gives no custom timeout that the resource heeds, milliseconds. */
  readonly timeoutMs: number;
}

/** A wait until an object is ready. */
export interface BridgedWait {
  readonly isReady: (object: JsonObject) => boolean;
  /** What is waited for, for messages: "to become online". */
  readonly becoming: string;
  /** Default, milliseconds. */
  readonly timeoutMs: number;
  /** The time in which the object is not to be found (404) does not count: a hidden one is waited for without end. */
  readonly isPatientWithAbsence?: boolean;
}

/** Runs a request whose response the plugin looks into before its error: without a whole response it is a crash. */
export async function crashWithoutResponse<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    const noResponse = isPlantonError(error) && error.code === "E_VENDOR_UNREACHABLE";
    const message = "panic: runtime error: invalid memory address or nil pointer dereference";
    throw noResponse ? new PluginCrash(message, { cause: error }) : error;
  }
}

/** Sends until the status is another or the time is over, and gives the last response. Throws E_INTERRUPTED. */
export async function sendAgain(
  request: HttpRequest,
  { statuses, timeoutMs }: SentAgain,
  { api, signals }: { readonly api: BridgedApi; readonly signals: readonly AbortSignal[] },
): Promise<HttpResponse> {
  let last = await api.send(request);
  const look = async (): Promise<true | undefined> => {
    last = await api.send(request);
    return statuses.includes(last.status) ? undefined : true;
  };
  const { pace, clock } = api;
  if (statuses.includes(last.status)) await pollUntil({ look, pace, timeoutMs, clock, signals });
  return last;
}

/** What a {@link BridgedWait} polls. */
interface AwaitedObject {
  readonly path: string;
  /** Key of the object in the response. */
  readonly key: string;
  /** For messages: `database cluster "id"`. */
  readonly name: string;
}

/** Waits until the object is ready. Throws E_VENDOR when the time is over, and crashes without a response. */
export async function waitUntilReady(
  { isReady, becoming, timeoutMs, isPatientWithAbsence = false }: BridgedWait,
  { path, key, name }: AwaitedObject,
  { api, signal }: { readonly api: BridgedApi; readonly signal: AbortSignal },
): Promise<void> {
  const find = async (): Promise<JsonObject | undefined> => {
    const body = await crashWithoutResponse(() => api.find({ method: "GET", path, signal }));
    return body && asObject(body[key]);
  };
  const findReady = async (): Promise<JsonObject | undefined> => {
    const object = await find();
    return object && isReady(object) ? object : undefined;
  };
  const poll = { pace: api.pace, clock: api.clock, signals: [signal] };
  const forever = Number.POSITIVE_INFINITY;
  const shown = isPatientWithAbsence ? await pollUntil({ ...poll, look: find, timeoutMs: forever }) : undefined;
  if (shown !== undefined && isReady(shown)) return;
  if ((await pollUntil({ ...poll, look: findReady, timeoutMs })) !== undefined) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `timeout waiting for ${name} ${becoming} (after ${timeoutMs / 1000} s)`,
  });
}
