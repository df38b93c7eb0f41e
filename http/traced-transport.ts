import type { Trace, TraceFields } from "../contract/trace.js";
import type { VendorFetch } from "../contract/vendor.js";
import type { HttpHeaders } from "./http-message.js";
import { objectOf, parseJson } from "./json.js";
import { reasonOf } from "./retry.js";

/** Headers by which vendors find a request in their logs (their documents and clients, read 2026-11). */
const requestIdHeaders = ["x-request-id", "request-id", "x-debug-trace-id", "x-amzn-requestid", "cf-ray"];

/** What vendors call the state of a resource; longer ones are sentences. */
const stateNames = ["state", "status"];
const statePattern = /^[\w -]{1,40}$/;

/**
 * The transport with a line for each request: method, host, path, status, milliseconds, the vendor's id of the request, and
 * the state of the resource where the response has one. Of bodies and headers a line holds nothing else.
 */
export function tracedTransport(fetch: VendorFetch, trace: Trace): VendorFetch {
  if (!trace.isOn) return fetch;
  return async (url, init) => {
    const { host, pathname, search } = new URL(url);
    const beganMs = trace.nowMs();
    trace.hide(init.secrets ?? []);
    const write = (outcome: TraceFields): void =>
      trace.event("http", {
        method: init.method ?? "GET",
        path: pathname + search,
        host,
        ...outcome,
        ms: trace.nowMs() - beganMs,
      });
    const failed = (error: unknown): TraceFields => ({ error: "no-response", message: reasonOf(error) });
    try {
      const response = await fetch(url, init);
      const { status, headers } = response;
      const seen = { status, "request-id": requestIdOf(headers) };
      const text = async (): Promise<string> => {
        try {
          const body = await response.text();
          write({ ...seen, state: stateOf(body) });
          return body;
        } catch (error) {
          write({ ...seen, ...failed(error) });
          throw error;
        }
      };
      return { status, headers, text };
    } catch (error) {
      write(failed(error));
      throw error;
    }
  };
}

function requestIdOf(headers: HttpHeaders): string | undefined {
  return requestIdHeaders.map((name) => headers.get(name)).find((value) => value !== null) ?? undefined;
}

/** The state that a JSON object says of itself or of the one object in it. */
function stateOf(body: string): string | undefined {
  const object = objectOf(parseJson(body));
  const objects = [object, ...Object.values(object).map(objectOf)];
  const values = objects.flatMap((entry) => stateNames.map((name) => entry[name]));
  return values.find((value): value is string => typeof value === "string" && statePattern.test(value));
}
