import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxVendors } from "../../gen/vendors.js";
import { sandboxFiles } from "../base/sandbox-files.js";
import { readRecord } from "../base/sandbox-record.js";
import { openTestSandbox, type TestSandbox } from "../testing/test-sandbox.js";

let sandbox: TestSandbox;
let port: number;
let adminToken: string;
beforeAll(async () => {
  sandbox = await openTestSandbox(sandboxVendors);
  ({ port = 0, adminToken = "" } = readRecord(sandboxFiles(sandbox.home).record) ?? {});
});
afterAll(() => sandbox.close());

/** Sends with these headers, and gives the status; `fetch` sends no Host of the caller's choice. */
function statusOf(path: string, headers: IncomingHttpHeaders, method = "GET"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject);
    sent.end();
  });
}

const token = (): string => sandbox.environment["DIGITALOCEAN_TOKEN"] ?? "";
const routes = [
  ["a vendor's route", "/v2/account", token],
  ["another vendor's route", "/v3/me", () => sandbox.environment["DOPPLER_TOKEN"] ?? ""],
  ["a route of the sandbox itself", "/_sandbox/status", () => adminToken],
] as const;

describe.each(routes)("%s", (_, path, key) => {
  const headers = (more: IncomingHttpHeaders): IncomingHttpHeaders => ({ authorization: `Bearer ${key()}`, ...more });

  test.each(["127.0.0.1", "localhost", "LOCALHOST", "127.1.2.3", "[::1]"])("takes the host %s", async (name) => {
    expect(await statusOf(path, headers({ host: `${name}:${port}` }))).toBe(200);
    expect(await statusOf(path, headers({ host: name }))).toBe(200);
  });

  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "10.0.0.1",
    "[::2]",
    "0.0.0.0",
    "127.0.0.1:1:evil.example",
    "evil.example@127.0.0.1",
    ":80",
  ])("refuses the host %j", async (host) => expect(await statusOf(path, headers({ host }))).toBe(421));

  test.each(["http://evil.example", "http://127.0.0.1", "null"])("refuses the origin %s", async (origin) => {
    expect(await statusOf(path, headers({ origin }))).toBe(403);
    expect(await statusOf(path, headers({ origin }), "OPTIONS")).toBe(403);
  });
});

test("what is refused has no effect, and is no request of a vendor's", async () => {
  const before = readFileSync(sandboxFiles(sandbox.home).requestLog, "utf8");
  const headers = { authorization: `Bearer ${token()}`, origin: "null" };
  expect(await statusOf("/v2/account/keys/1", headers, "DELETE")).toBe(403);
  expect(readFileSync(sandboxFiles(sandbox.home).requestLog, "utf8")).toBe(before);
});
