import { Refusal } from "../kit/base/refusal.js";
import type { ResponseForm } from "../kit/vendor/collection-definition.js";
import type { PlainRequest } from "../kit/vendor/plain-collection.js";
import type { VendorResponse } from "../kit/vendor/sandbox-vendor.js";

/** Cloudflare's form of a success: `{"success": true, "errors": [], "messages": [], "result": ...}`. */
export function success(result: unknown, info?: Readonly<Record<string, unknown>>): VendorResponse {
  const envelope = { success: true, errors: [], messages: [], result };
  return { status: 200, body: info === undefined ? envelope : { ...envelope, result_info: info } };
}

function failure(code: number, message: string): unknown {
  return { success: false, errors: [{ code, message }], messages: [], result: null };
}

/**
 * A refusal in Cloudflare's form, with the code that says what is wrong. Statuses that its clients take for a passing
 * fault say that the request is not to be repeated.
 */
export function refusal(status: number, code: number, message: string): Refusal {
  const isRepeated = status === 408 || status === 409 || status === 429 || status >= 500;
  const headers = isRepeated ? { "x-should-retry": "false" } : {};
  return new Refusal(status, message, { body: failure(code, message), headers });
}

const usual: Readonly<Record<number, readonly [code: number, message: string]>> = {
  400: [10001, "Could not parse request body"],
  403: [10000, "Authentication error"],
  404: [7003, "Could not route to the requested path, perhaps your object identifier is invalid?"],
  405: [10405, "Method not allowed for this authentication scheme"],
  413: [10013, "Request entity too large"],
  429: [10429, "Rate limited. Please wait and consider throttling your request speed"],
};

/** The body of an error that no handler made: for faults and unknown paths. */
export function errorBody(status: number, message: string | undefined): unknown {
  const [code, text] = usual[status] ?? [10000 + status, status < 500 ? "Bad request" : "Internal server error"];
  return failure(code, message ?? text);
}

/** Responses of a collection: the envelope, with the page of a list beside it. */
export const cloudflareForm: ResponseForm<PlainRequest> = {
  paging: { by: "page", position: "page", size: "per_page", preset: 20, most: 1000 },
  statuses: { create: 200, change: 200, delete: 200 },
  item: (_key, view) => success(view).body,
  list(_key, { items, total, start, size }) {
    const info = {
      page: Math.floor(start / size) + 1,
      per_page: size,
      count: items.length,
      total_count: total,
      total_pages: Math.max(1, Math.ceil(total / size)),
    };
    return { body: success(items, info).body };
  },
};
