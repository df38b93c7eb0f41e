import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.js";
import { createHttpClient, type HttpClientOptions } from "./http-client.js";
import { retryAfterMs } from "./http-retries.js";

type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | Error;

function clientOf(replies: readonly Reply[], change: Partial<HttpClientOptions> = {}) {
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
  const client = createHttpClient({
    ...{ baseUrl: "http://127.0.0.1:1", token: () => "marker", fetch, userAgent: "test", requestTimeoutMs: 1000 },
    ...{ clock: { ...systemClock, sleep, nowMs: () => 0, random: () => 1 }, spacingMs: 0 },
    ...{ retryMax: 2, retryWaitMinMs: 10, retryWaitMaxMs: 30, ...change },
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
  ] as const)("a cut answer of $method, repeatsAnyMethod $repeatsAnyMethod: $calls calls", async (expected) => {
    let calls = 0;
    const fetch = async (): Promise<Response> => {
      calls += 1;
      return cutResponse();
    };
    const { client } = clientOf([], { fetch, repeatsAnyMethod: expected.repeatsAnyMethod });
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
    const test = clientOf(replies, { repeatsAnyMethod: true });
    expect(await test.client.send({ method, path: "/x" })).toMatchObject({ status, attempts: calls });
    expect(test.calls()).toBe(calls);
  });

  it("does not repeat a post whose answer got lost, and masks the token", async () => {
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
    const growing = clientOf(
      Array.from({ length: 4 }, () => ({ status: 500 })),
      { retryMax: 4 },
    );
    await growing.client.send({ method: "GET", path: "/x" });
    expect(growing.sleeps).toEqual([10, 20, 30, 30]);
  });

  it("leaves room between calls", async () => {
    const test = clientOf([], { spacingMs: 500 });
    await Promise.all([
      test.client.send({ method: "GET", path: "/a" }),
      test.client.send({ method: "GET", path: "/b" }),
    ]);
    expect(test.sleeps).toEqual([0, 500]);
  });

  it("ends with E_INTERRUPTED when the signal fires", async () => {
    const fetch = (_url: unknown, init?: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    const controller = new AbortController();
    const answer = clientOf([], { fetch }).client.send({ method: "GET", path: "/x", signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(answer).rejects.toMatchObject({ code: "E_INTERRUPTED" });
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
