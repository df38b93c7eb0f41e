import type { VendorFetch } from "../contract/vendor.js";

/**
 * Reads a URL by Node's own HTTP client; rejects when it cannot be reached or the signal aborts. In place of the global
 * `fetch`, whose first use takes three times as long and half of the time of a whole check. Follows no redirects.
 */
export const leanFetch: VendorFetch = async (url, { headers, signal }) => {
  const { request } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    const call = request(url, { headers, signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: answer.statusCode ?? 0,
          headers: { get: (name) => String(answer.headers[name.toLowerCase()] ?? "") || null },
          text: () => Promise.resolve(text),
        });
      });
    });
    call.on("error", reject);
    call.end();
  });
};
