import { describe, expect, it } from "vitest";
import { systemClock } from "../contract/clock.js";
import { bearer } from "./authentication.js";
import { createHttpClient, type HttpClientOptions } from "./http-client.js";
import { spacedBy } from "./rate-limit.js";
import { noRetries, type RetryPolicy, retryAfterMs } from "./retry.js";

type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | Error;

interface Change {
  readonly retry?: Partial<RetryPolicy>;
  readonly fetch?: HttpClientOptions["fetch"];
  readonly spacingMs?: number;
}

function clientOf(replies: readonly Reply[], { retry, fetch: given, spacingMs }: Change = {}) {
  const left = [...replies];
  const sleeps: number[] = [];
  let calls = 0;
  const fetch = async (): Promise<Response> => {
    calls += 1;
    const reply = left.shift() ?? { status: 200 };
    if (reply instanceof Error) throw reply;
    return new Response(reply.status === 204 ? null : (reply.body ?? "{}"), {
      status: reply.status,
      headers: reply.headers ?? {},
    });
  };
  const sleep = async (durationMs: number): Promise<void> => void sleeps.push(durationMs);
  const clock = { ...systemClock, sleep, nowMs: () => 0, random: () => 1 };
  const client = createHttpClient({
    baseUrl: "http://127.0.0.1:1/",
    authentication: bearer("marker"),
    fetch: given ?? fetch,
    clock,
    retry: { retryMax: 2, retryWaitMinMs: 10, retryWaitMaxMs: 30, ...retry },
    limit: spacingMs === undefined ? undefined : spacedBy(spacingMs, clock),
    timeoutMs: 1000,
    userAgent: "test",
  });
  return { client, sleeps, calls: () => calls };
}

const refused = Object.assign(new TypeError("fetch failed"), { cause: new Error("connect refused marker") });

function cutResponse(): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("{"));
      controller.error(new Error("terminated"));
    },
  });
  return new Response(body, { status: 200 });
}

describe("createHttpClient", () => {
  it.each([
    { method: "GET", repeatsAnyMethod: false, calls: 3 },
    { method: "GET", repeatsAnyMethod: true, calls: 1 },
    { method: "POST", repeatsAnyMethod: false, calls: 1 },
    { method: "POST", repeatsAnyMethod: true, calls: 1 },
  ] as const)("a cut response of $method, repeatsAnyMethod $repeatsAnyMethod: $calls calls", async (expected) => {
    let calls = 0;
    const fetch = async (): Promise<Response> => {
      calls += 1;
      return cutResponse();
    };
    const { client } = clientOf([], { fetch, retry: { repeatsAnyMethod: expected.repeatsAnyMethod } });
    await expect(client.send({ method: expected.method, path: "/x" })).rejects.toMatchObject({
      code: "E_VENDOR_UNREACHABLE",
      message: `${expected.method} http://127.0.0.1:1/x: terminated`,
    });
    expect(calls).toBe(expected.calls);
  });

  it.each([
    { method: "GET", replies: [{ status: 503 }, { status: 500 }], status: 200, calls: 3 },
    { method: "GET", replies: [{ status: 503 }, { status: 503 }, { status: 503 }], status: 503, calls: 3 },
    { method: "GET", replies: [{ status: 404 }], status: 404, calls: 1 },
    { method: "PUT", replies: [refused], status: 200, calls: 2 },
    { method: "DELETE", replies: [{ status: 502 }], status: 200, calls: 2 },
    { method: "POST", replies: [{ status: 503 }], status: 503, calls: 1 },
    { method: "POST", replies: [{ status: 429 }], status: 200, calls: 2 },
    { method: "POST", replies: [{ status: 422 }], status: 422, calls: 1 },
  ] as const)("$method with $replies ends with $status after $calls calls", async ({
    method,
    replies,
    status,
    calls,
  }) => {
    const test = clientOf(replies);
    expect(await test.client.send({ method, path: "/x" })).toMatchObject({ status, attempts: calls });
    expect(test.calls()).toBe(calls);
  });

  it.each([
    { method: "POST", replies: [refused, { status: 503 }], status: 200, calls: 3 },
    { method: "PATCH", replies: [{ status: 500 }], status: 200, calls: 2 },
    { method: "POST", replies: [{ status: 502 }, { status: 502 }, { status: 502 }], status: 502, calls: 3 },
    { method: "POST", replies: [{ status: 501 }], status: 501, calls: 1 },
    { method: "GET", replies: [{ status: 501 }], status: 501, calls: 1 },
    { method: "POST", replies: [{ status: 422 }], status: 422, calls: 1 },
  ] as const)("repeatsAnyMethod: $method with $replies ends with $status after $calls calls", async (expected) => {
    const { method, replies, status, calls } = expected;
    const test = clientOf(replies, { retry: { repeatsAnyMethod: true } });
    expect(await test.client.send({ method, path: "/x" })).toMatchObject({ status, attempts: calls });
    expect(test.calls()).toBe(calls);
  });

  it("does not repeat a post whose response got lost, and masks the token", async () => {
    const test = clientOf([refused]);
    await expect(test.client.send({ method: "POST", path: "/x" })).rejects.toMatchObject({
      code: "E_VENDOR_UNREACHABLE",
      message: "POST http://127.0.0.1:1/x: connect refused [secret]",
    });
    expect(test.calls()).toBe(1);
  });

  it("waits as long as the vendor asks, else longer each time up to the limit", async () => {
    const asked = clientOf([{ status: 429, headers: { "retry-after": "7" } }]);
    await asked.client.send({ method: "GET", path: "/x" });
    expect(asked.sleeps).toEqual([7000]);
    const impatient = clientOf([{ status: 429, headers: { "retry-after": "7" } }], {
      retry: { retryAfterMaxMs: 6999 },
    });
    expect(await impatient.client.send({ method: "GET", path: "/x" })).toMatchObject({ status: 429, attempts: 1 });
    const growing = clientOf(
      Array.from({ length: 4 }, () => ({ status: 500 })),
      { retry: { retryMax: 4 } },
    );
    await growing.client.send({ method: "GET", path: "/x" });
    expect(growing.sleeps).toEqual([10, 20, 30, 30]);
  });

  it("says why and until when it waits, without the token", async () => {
    const test = clientOf([{ status: 429, headers: { "retry-after": "7" } }, refused]);
    const waits: (readonly [string, number])[] = [];
    const onWait = (reason: string, untilMs: number): void => void waits.push([reason, untilMs]);
    await test.client.send({ method: "GET", path: "/x", onWait });
    expect(waits.map(([reason]) => reason)).toEqual([
      "GET http://127.0.0.1:1/x: the response has status 429",
      "GET http://127.0.0.1:1/x: connect refused [secret]",
    ]);
    const [[, firstMs] = ["", 0], [, secondMs] = ["", 0]] = waits;
    const [firstWaitMs = 0, secondWaitMs = 0] = test.sleeps;
    expect([firstWaitMs, firstMs - secondMs]).toEqual([7000, firstWaitMs - secondWaitMs]);
  });

  it("leaves room between requests", async () => {
    const test = clientOf([], { spacingMs: 500 });
    await Promise.all([
      test.client.send({ method: "GET", path: "/a" }),
      test.client.send({ method: "GET", path: "/b" }),
    ]);
    expect(test.sleeps).toEqual([0, 500]);
  });

  it("follows no redirect, and asks the platform not to", async () => {
    const seen: unknown[] = [];
    const fetch: HttpClientOptions["fetch"] = async (url, { redirect }) => {
      seen.push([url, redirect]);
      return new Response(null, { status: 307, headers: { location: "https://other.example/" } });
    };
    const { client } = clientOf([], { fetch });
    await expect(client.send({ method: "GET", path: "/x" })).rejects.toMatchObject({ code: "E_VENDOR" });
    expect(seen).toEqual([["http://127.0.0.1:1/x", "manual"]]);
  });

  it("gives up a try that takes too long", async () => {
    const fetch: HttpClientOptions["fetch"] = (_url, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const client = createHttpClient({
      baseUrl: "https://api.example",
      authentication: bearer("marker"),
      fetch,
      clock: systemClock,
      retry: noRetries,
      timeoutMs: 1,
      userAgent: "test",
    });
    await expect(client.send({ method: "GET", path: "/x" })).rejects.toMatchObject({ code: "E_VENDOR_UNREACHABLE" });
  });

  it.each([
    ["http://api.example", false],
    ["http://127.0.0.1.example", false],
    ["ftp://127.0.0.1", false],
    ["nonsense", false],
    ["https://user:pw-marker@api.example", false],
    ["https://api.example/?a=b", false],
    ["https://api.example/base", true],
    ["http://127.0.0.1:81", true],
    ["http://localhost:81", true],
    ["http://[::1]:81", true],
  ])("with the base URL %s: allowed is %s", (baseUrl, allowed) => {
    const clock = systemClock;
    const options = { authentication: bearer("t"), fetch, clock, retry: noRetries, timeoutMs: 1, userAgent: "test" };
    const make = (): unknown => createHttpClient({ baseUrl, ...options });
    if (allowed) expect(make).not.toThrow();
    else
      expect(make).toThrow(
        expect.objectContaining({ code: "E_VENDOR", message: expect.not.stringContaining("marker") }),
      );
  });

  it("ends with E_INTERRUPTED when the signal fires", async () => {
    const fetch: HttpClientOptions["fetch"] = (_url, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    const controller = new AbortController();
    const response = clientOf([], { fetch }).client.send({ method: "GET", path: "/x", signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(response).rejects.toMatchObject({ code: "E_INTERRUPTED" });
  });

  it.each([
    ["", undefined],
    ["[1]", [1]],
    ["<html>", "<html>"],
  ])("reads the body %j", async (body, expected) => {
    const { client } = clientOf([{ status: 200, body }]);
    expect((await client.send({ method: "GET", path: "/x" })).body).toEqual(expected);
  });
});

describe("retryAfterMs", () => {
  it.each([
    [null, undefined],
    ["", undefined],
    ["2", 2000],
    ["-1", 0],
    ["Thu, 01 Jan 1970 00:00:09 GMT", 9000],
    ["soon", undefined],
  ])("reads %j", (header, expected) => {
    expect(retryAfterMs(header, 0)).toBe(expected);
  });
});
