import { request } from "node:http";

/** One request to the sandbox's own routes. */
export interface AdminRequest {
  readonly port: number;
  readonly token: string;
  readonly method: string;
  /** Path below `/_sandbox/`. */
  readonly path: string;
  readonly body?: unknown;
}

const limitMs = 5000;

/**
 * Sends a request to the sandbox on 127.0.0.1 and gives the status and the parsed body. Rejects when nothing responds
 * within 5 s, when something else than a sandbox does, and when the connection is dropped: `fetch` of Node 20 may then
 * never resolve, which ends the process in the middle of its work.
 */
export function adminRequest(call: AdminRequest): Promise<{ readonly status: number; readonly body: unknown }> {
  const text = call.body === undefined ? "" : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const sent = request({
      host: "127.0.0.1",
      port: call.port,
      method: call.method,
      path: `/_sandbox/${call.path}`,
      agent: false,
      timeout: limitMs,
      headers: { authorization: `Bearer ${call.token}`, "content-length": Buffer.byteLength(text) },
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`no response within ${limitMs / 1000} s`)));
    sent.on("close", () => reject(new Error("the connection was dropped")));
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sent.end(text);
  });
}
