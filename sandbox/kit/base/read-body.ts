import type { IncomingMessage } from "node:http";
import { isJsonObject, type JsonObject } from "./json-fields.js";
import { Refusal } from "./refusal.js";

/** The bytes of a request's body. Throws a Refusal, 413, above the limit. */
export async function readBytes(request: IncomingMessage, limitBytes = 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    // Read to the end even so: leaving the loop would drop the connection before the response.
    if (size <= limitBytes) chunks.push(bytes);
  }
  if (size > limitBytes) throw new Refusal(413, "request body too large");
  return Buffer.concat(chunks);
}

/** The JSON object that a body holds; empty when there is no body. Throws a Refusal, 400, when it is no JSON object. */
export function parseBody(bytes: Buffer): JsonObject {
  const text = bytes.toString("utf8").trim();
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, "error parsing request body");
  }
  if (!isJsonObject(value)) throw new Refusal(400, "error parsing request body");
  return value;
}
