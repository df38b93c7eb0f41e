import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { createHttpClient, type HttpClientOptions } from "../http-client.js";
import { createDigestNonces, digest } from "./digest-authentication.js";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly nonce: string | undefined;
  readonly nc: string | undefined;
  readonly isProven: boolean;
}

/** A server that hands out nonces n1, n2 ... and asks `judge` about each request with one. */
function serverOf(judge: (sent: Sent) => "ok" | "stale" | "forgotten" | Response) {
  const sent: Sent[] = [];
  let nonces = 0;
  const challenge = (stale: boolean): Response => {
    nonces += 1;
    const header = `Digest realm="r", domain="", nonce="n${nonces}", algorithm=MD5, qop="auth", stale=${stale}`;
    return new Response("{}", { status: 401, headers: { "www-authenticate": header } });
  };
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    const header = new Headers(init?.headers).get("authorization");
    const field = (name: string): string | undefined => new RegExp(`[ ,]${name}="?([^",]*)`).exec(header ?? "")?.[1];
    const method = init?.method ?? "GET";
    const hash = (text: string): string => createHash("md5").update(text).digest("hex");
    const uri = url.pathname + url.search;
    const [nonce, nc, cnonce] = ["nonce", "nc", "cnonce"].map(field);
    const proof = hash([hash("user:r:key"), nonce, nc, cnonce, "auth", hash(`${method}:${uri}`)].join(":"));
    const request = { method, path: uri, nonce, nc, isProven: proof === field("response") };
    sent.push(request);
    if (header === null || !request.isProven) return challenge(false);
    const verdict = judge(request);
    if (verdict instanceof Response) return verdict;
    return verdict === "ok" ? new Response("{}") : challenge(verdict === "stale");
  };
  return { sent, fetch };
}

function clientOf(fetch: HttpClientOptions["fetch"], password = "key") {
  const credentials = { username: "user", password };
  return createHttpClient({
    baseUrl: "https://api.example/base",
    authentication: digest({ credentials, nonces: createDigestNonces(), clock: systemClock }),
    fetch,
    clock: { ...systemClock, sleep: async () => {} },
    retry: { retryMax: 2, retryWaitMinMs: 1, retryWaitMaxMs: 1, repeatsPatch: true },
    timeoutMs: 1000,
    userAgent: "test",
  });
}

const get = { method: "GET", path: "/x?a=%22b%20c%22&d=e+f" } as const;

describe("digest", () => {
  it("asks once without a proof, then counts one nonce up in hexadecimal digits", async () => {
    const server = serverOf(() => "ok");
    const client = clientOf(server.fetch);
    for (let index = 0; index < 11; index += 1) expect(await client.send(get)).toMatchObject({ status: 200 });
    expect(server.sent.map(({ nc }) => nc)).toEqual([
      undefined,
      ...["1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b"].map((digit) => `0000000${digit}`),
    ]);
    expect(server.sent[1]).toMatchObject({ path: "/base/x?a=%22b%20c%22&d=e+f", nonce: "n1", isProven: true });
  });

  it.each(["stale", "forgotten"] as const)("goes on with a new nonce from 1 when the old one is %s", async (why) => {
    const server = serverOf(({ nonce, nc }) => (nonce === "n1" && nc === "00000003" ? why : "ok"));
    const client = clientOf(server.fetch);
    for (let index = 0; index < 4; index += 1)
      expect(await client.send({ ...get, method: "POST" })).toMatchObject({ status: 200 });
    expect(server.sent.slice(1).map(({ nonce, nc }) => [nonce, nc])).toEqual([
      ["n1", "00000001"],
      ["n1", "00000002"],
      ["n1", "00000003"],
      ["n2", "00000001"],
      ["n2", "00000002"],
    ]);
  });

  it("gives every one of concurrent requests a count of its own, and each at most one repetition", async () => {
    let last = 0;
    const server = serverOf(({ nonce, nc }) => {
      if (nonce !== "n1") return "ok";
      const count = Number.parseInt(nc ?? "", 16);
      if (count <= last) return "forgotten";
      last = count;
      return "ok";
    });
    const late = async (input: unknown, init?: RequestInit): Promise<Response> => {
      const nc = /nc=0*(\d+)/.exec(new Headers(init?.headers).get("authorization") ?? "")?.[1];
      // The later the count, the sooner it arrives.
      await new Promise((resolve) => setTimeout(resolve, nc === undefined ? 0 : 30 - 5 * Number(nc)));
      return server.fetch(input, init);
    };
    const client = clientOf(late);
    await client.send(get);
    const responses = await Promise.all(Array.from({ length: 4 }, () => client.send(get)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const counted = server.sent.filter(({ nonce }) => nonce === "n1").map(({ nc }) => nc);
    expect(new Set(counted).size).toBe(counted.length);
    expect(server.sent.length).toBeLessThanOrEqual(2 + 4 + 3);
  });

  it("takes the next nonce that the server offers", async () => {
    const server = serverOf(
      () => new Response("{}", { headers: { "authentication-info": 'nextnonce="next", qop=auth' } }),
    );
    const client = clientOf(server.fetch);
    await client.send(get);
    await client.send(get);
    expect(server.sent.map(({ nonce, nc }) => [nonce, nc])).toEqual([
      [undefined, undefined],
      ["n1", "00000001"],
      ["next", "00000001"],
    ]);
  });

  it("does not go on asking with a wrong key", async () => {
    const server = serverOf(() => "ok");
    const client = clientOf(server.fetch, "wrong");
    expect(await client.send(get)).toMatchObject({ status: 401 });
    expect(server.sent).toHaveLength(2);
  });

  it("never responds to a Basic challenge", async () => {
    const headers: (string | null)[] = [];
    const fetch = async (_input: unknown, init?: RequestInit): Promise<Response> => {
      headers.push(new Headers(init?.headers).get("authorization"));
      return new Response("{}", { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } });
    };
    await expect(clientOf(fetch).send(get)).rejects.toMatchObject({ code: "E_CREDENTIALS_REFUSED" });
    expect(headers).toEqual([null]);
  });

  it("takes both halves of the key out of an error", async () => {
    const fetch = async (): Promise<Response> => {
      throw Object.assign(new TypeError("fetch failed"), { cause: new Error("user and key refused") });
    };
    await expect(clientOf(fetch).send({ ...get, method: "POST" })).rejects.toMatchObject({
      message: expect.stringContaining("[secret] and [secret] refused"),
    });
  });

  it.each([
    { method: "PATCH", deadlineMs: 1e15, replies: [429, 429, 429, 429, 500, 200], status: 200, calls: 6 },
    { method: "POST", deadlineMs: 1e15, replies: [429, 429, 429, 200], status: 200, calls: 4 },
    { method: "POST", deadlineMs: 1, replies: [429, 200], status: 429, calls: 1 },
    { method: "POST", deadlineMs: 1e15, replies: [500, 200], status: 500, calls: 1 },
    { method: "GET", deadlineMs: 1e15, replies: [500, 502, 503, 200], status: 503, calls: 3 },
  ] as const)("$method with $replies until $deadlineMs ends with $status after $calls calls", async (test) => {
    const left: number[] = [...test.replies];
    const server = serverOf(() => new Response("{}", { status: left.shift() ?? 200 }));
    const { method, deadlineMs } = test;
    expect(await clientOf(server.fetch).send({ ...get, method, deadlineMs })).toMatchObject({ status: test.status });
    expect(server.sent.filter(({ isProven }) => isProven)).toHaveLength(test.calls);
  });
});
