import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { ResponseHeaders } from "../base/refusal.js";
import type { VendorResponse } from "../vendor/sandbox-vendor.js";

/** Sends a response. */
export function sendResponse(connection: ServerResponse, response: VendorResponse): void {
  const text = textOf(response);
  connection.writeHead(response.status, headersOf(response, text));
  if (text === undefined) connection.end();
  else connection.end(text);
}

/** Sends the head and half of the body, then drops the connection. */
export function truncateResponse(connection: ServerResponse, response: VendorResponse): void {
  const text = textOf(response) ?? "";
  connection.writeHead(response.status, headersOf(response, text));
  const half = Math.floor(text.length / 2);
  connection.write(typeof text === "string" ? text.slice(0, half) : text.subarray(0, half), () => connection.destroy());
}

function textOf(response: VendorResponse): string | Buffer | undefined {
  return response.text ?? (response.body === undefined ? undefined : JSON.stringify(response.body));
}

function headersOf(response: VendorResponse, text: string | Buffer | undefined): OutgoingHttpHeaders {
  const given = plainHeaders(response.headers ?? {});
  if (text === undefined) return given;
  return {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...given,
  };
}

function plainHeaders(headers: ResponseHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}
