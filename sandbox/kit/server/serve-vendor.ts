import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { isJsonObject, type JsonObject } from "../base/json-fields.js";
import { readBytes } from "../base/read-body.js";
import { Refusal } from "../base/refusal.js";
import { countRequest } from "../base/request-counts.js";
import { appendLog } from "../base/request-log.js";
import type { Fault } from "../faults/fault.js";
import { faultResponse } from "../faults/fault-response.js";
import type { Admission, Method, RawRequest, VendorResponse } from "../vendor/sandbox-vendor.js";
import type { SandboxControls, ServedVendor } from "./sandbox-context.js";
import { sendResponse, truncateResponse } from "./send-response.js";

/** One request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: Method;
  readonly url: URL;
  /** "http" or "https". */
  readonly scheme: string;
  readonly requestId: string;
  readonly startedMs: number;
}

/** What {@link serveVendor} works with. */
export interface Serving {
  readonly controls: SandboxControls;
  /** Finds a vendor's route. */
  readonly find: (
    method: Method,
    path: string,
  ) => { readonly route: number; readonly params: Readonly<Record<string, string>> } | undefined;
  /** The computer's clock. */
  readonly nowMs: () => number;
  /** Takes the text of a failure of the sandbox itself. */
  readonly report: (text: string) => void;
}

interface Outcome {
  /** Undefined when the connection is dropped. */
  readonly response: VendorResponse | undefined;
  readonly fault: Fault | undefined;
  readonly caller: string;
  readonly body: JsonObject;
}

/**
 * Handles a request to a vendor: reads it, lets its caller in, lets a fault strike, handles it, logs and counts it.
 * Faults strike after authentication, so that one for a digest client does not strike the request that only fetches the
 * challenge.
 */
export async function serveVendor(exchange: Exchange, served: ServedVendor, serving: Serving): Promise<void> {
  const { controls } = serving;
  const { response, fault, caller, body } = await outcomeOf(exchange, served, serving);
  const vendor = served.vendor.name;
  appendLog(controls.files.requestLog, {
    time: new Date(exchange.startedMs).toISOString(),
    vendor,
    method: exchange.method,
    path: `${exchange.url.pathname}${exchange.url.search}`,
    ...(caller === "" ? {} : { caller }),
    ...(response === undefined ? {} : { status: response.status, answer: response.body }),
    durationMs: serving.nowMs() - exchange.startedMs,
    ...(fault === undefined ? {} : { fault: fault.id }),
    ...(Object.keys(body).length === 0 ? {} : { request: body }),
  });
  controls.counts = countRequest(controls.counts, { vendor, caller, status: response?.status });
  if (response === undefined) {
    exchange.request.socket.destroy();
    return;
  }
  const headers = { ...served.vendor.headers(exchange.requestId, controls.nowMs()), ...response.headers };
  const whole = { ...response, headers };
  if (fault?.truncateResponse === true) truncateResponse(exchange.response, whole);
  else sendResponse(exchange.response, whole);
}

async function outcomeOf(exchange: Exchange, served: ServedVendor, serving: Serving): Promise<Outcome> {
  const path = exchange.url.pathname;
  const errorResponse = (error: unknown): VendorResponse => responseOfError(error, { exchange, served, serving });
  let request: RawRequest;
  try {
    request = rawRequest(exchange, await readBytes(exchange.request, served.vendor.bodyLimitBytes));
  } catch (error) {
    return { response: errorResponse(error), fault: undefined, caller: "", body: {} };
  }
  let admission: Admission | undefined;
  let refusal: VendorResponse | undefined;
  try {
    admission = served.open.admit(request);
  } catch (error) {
    refusal = errorResponse(error);
  }
  const fault = serving.controls.faults.take({ method: exchange.method, path, probe: admission === undefined });
  if (fault?.delayMs !== undefined) await wait(fault.delayMs);
  const known = { fault, caller: admission?.caller ?? "", body: served.vendor.loggedBody(jsonBody(request.bytes)) };
  if (fault?.reset === true) return { ...known, response: undefined };
  const struck = (): VendorResponse | undefined =>
    faultResponse(fault, served.vendor.errorBodyAt(path), exchange.requestId);
  const early = fault?.applyThenFail === true ? undefined : struck();
  let response = early ?? refusal;
  if (response === undefined && admission !== undefined)
    try {
      response = handle({ admission, exchange, served, serving }, fault?.neverReady === true);
    } catch (error) {
      response = errorResponse(error);
    }
  if (fault?.applyThenFail === true) response = struck();
  if (fault?.dropResponse === true || response === undefined) return { ...known, response: undefined };
  return { ...known, response: { ...response, headers: { ...admission?.headers, ...response.headers } } };
}

interface Handling {
  readonly exchange: Exchange;
  readonly served: ServedVendor;
  readonly serving: Serving;
}

function handle(work: Handling & { readonly admission: Admission }, neverReady: boolean): VendorResponse {
  const { exchange, served, serving, admission } = work;
  const path = exchange.url.pathname;
  const target = serving.find(exchange.method, path);
  if (target !== undefined) return admission.handle({ ...target, neverReady });
  return { status: 404, body: served.vendor.errorBodyAt(path)(404, undefined, exchange.requestId) };
}

function responseOfError(error: unknown, { exchange, served, serving }: Handling): VendorResponse {
  const errorBody = served.vendor.errorBodyAt(exchange.url.pathname);
  if (error instanceof Refusal) {
    const { body, headers } = error.details;
    return {
      status: error.status,
      body: body ?? errorBody(error.status, error.message, exchange.requestId),
      ...(headers === undefined ? {} : { headers }),
    };
  }
  serving.report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return { status: 500, body: errorBody(500, undefined, exchange.requestId) };
}

function rawRequest({ request, method, url, scheme, requestId }: Exchange, bytes: Buffer): RawRequest {
  return {
    method,
    path: url.pathname,
    target: request.url ?? "/",
    query: url.searchParams,
    bytes,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : `${value}`,
      ]),
    ),
    authorization: request.headers.authorization ?? "",
    baseUrl: `${scheme}://${request.headers.host ?? "127.0.0.1"}`,
    requestId,
  };
}

function jsonBody(bytes: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    // What is no JSON could hide a secret from the masks: it is not logged.
    return {};
  }
}
