import type { VendorFetch } from "../contract/vendor.js";

/**
 * Sends one request by Node's own HTTP client; rejects when the server cannot be reached or the signal aborts. Resolves
 * with the head, `text` waits for the rest. In place of the global `fetch`, whose first use takes three times as long and
 * half of the time of a whole check. Follows no redirects.
 */
export const nodeTransport: VendorFetch = async (url, { method = "GET", headers, body, signal }) => {
  const { request } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...headers, ...length }, signal }, (response) => {
      // Collected at once: an error that nobody listens to would end the process.
      const text = new Promise<string>((whole, cut) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", cut);
        response.on("close", () => cut(new Error("the connection was closed in the middle of the response")));
        response.on("end", () => whole(Buffer.concat(chunks).toString("utf8")));
      });
      text.catch(() => undefined);
      resolve({
        status: response.statusCode ?? 0,
        headers: { get: (name) => String(response.headers[name.toLowerCase()] ?? "") || null },
        text: () => text,
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
};
