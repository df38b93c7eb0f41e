import { describe, expect, it } from "vitest";
import { cloudflareErrors, cloudflareOf, listAll } from "./cloudflare.js";
import { hints } from "./cloudflare-hints.js";

const token = "t".repeat(40);
const failure = (code: number, message: string) => ({ success: false, errors: [{ code, message }], result: null });

/** A client whose vendor responds with each of these in turn; the requests. */
function cloudflare(
  credentials: Readonly<Record<string, string>>,
  ...responses: readonly (readonly [number, unknown])[]
) {
  const requests: { readonly url: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  const client = cloudflareOf({
    credentials,
    env: {},
    async fetch(url, { headers }) {
      const [status, body] = responses[requests.push({ url, headers }) - 1] ?? [500, {}];
      return new Response(JSON.stringify(body), { status });
    },
  });
  return { client, requests };
}

describe("credentials", () => {
  it("are a bearer token, or the key with its user's address", async () => {
    const byToken = cloudflare({ api_token: token, api_key: "k" }, [200, { success: true }]);
    await byToken.client.call({ method: "GET", path: "/user" });
    expect(byToken.requests).toMatchObject([
      { url: "https://api.cloudflare.com/client/v4/user", headers: { authorization: `Bearer ${token}` } },
    ]);
    const byKey = cloudflare({ api_key: "a-key", email: "sammy@example.com" }, [200, { success: true }]);
    await byKey.client.call({ method: "GET", path: "/user" });
    expect(byKey.requests[0]?.headers).toMatchObject({ "x-auth-key": "a-key", "x-auth-email": "sammy@example.com" });
  });

  it.each([
    [{}, "E_CREDENTIALS_MISSING"],
    [{ api_key: "a-key" }, "E_CREDENTIALS_MISSING"],
    [{ api_token: "two words" }, "E_CREDENTIALS_REFUSED"],
    [{ api_key: "changeme", email: "sammy@example.com" }, "E_CREDENTIALS_REFUSED"],
  ])("of the form %j are %s, and nothing is sent", async (credentials, code) => {
    const { client, requests } = cloudflare(credentials);
    await expect(client.call({ method: "GET", path: "/user" })).rejects.toMatchObject({ code });
    expect(requests).toEqual([]);
  });

  it.each([
    [401, failure(1000, "Invalid API Token")],
    [400, failure(6003, "Invalid request headers")],
    [403, failure(9109, "Invalid access token")],
    [403, failure(9103, "Unknown X-Auth-Key or X-Auth-Email")],
  ])("are refused by %i %j", async (status, body) => {
    const { client } = cloudflare({ api_token: token }, [status, body]);
    await expect(client.find("/accounts")).rejects.toMatchObject({
      code: "E_CREDENTIALS_REFUSED",
      message: expect.not.stringContaining(token),
    });
  });

  it("may not see what a 403 with another code is about", async () => {
    const { client } = cloudflare({ api_token: token }, [403, failure(10000, "Authentication error")]);
    expect(await client.find("/accounts/1")).toBeUndefined();
  });
});

describe("responses", () => {
  it("are errors when they say so, whatever the status, with Cloudflare's codes", async () => {
    const { client } = cloudflare({ api_token: token }, [200, failure(7502, "taken")]);
    await expect(client.call({ method: "GET", path: "/d1" })).rejects.toMatchObject({
      code: "E_VENDOR",
      message: expect.stringContaining("taken (7502)"),
    });
    expect(cloudflareErrors("<html>")).toEqual([]);
  });

  it.each([
    [
      "its total",
      [
        { result: [{ id: 1 }], result_info: { total_count: 2 } },
        { result: [{ id: 2 }], result_info: { total_count: 2 } },
      ],
      2,
    ],
    [
      "all of an unpaged list, however long",
      [{ result: Array.from({ length: 50 }, (_, index) => ({ id: index })) }],
      1,
    ],
    ["a page that is not full", [{ result: [{ id: 1 }, { id: 2 }] }], 1],
    ["an empty page", [{ result: [{ id: 1 }, { id: 2 }], result_info: { total_count: 9 } }, { result: [] }], 2],
  ])("of a list end with %s", async (_, pages, sent) => {
    const { client, requests } = cloudflare(
      { api_token: token },
      ...pages.map((page) => [200, { success: true, ...page }] as const),
    );
    expect(await listAll(client, "/queues")).toEqual(pages.flatMap(({ result }) => result));
    expect(requests).toHaveLength(sent);
  });
});

describe("hints", () => {
  const api = "https://api.cloudflare.com/client/v4/accounts/5a";
  const plugin = (path: string, text: string) => `failed to make http request: POST "${api}${path}": ${text}`;
  const denied = '403 Forbidden {"errors":[{"code":10000,"message":"Authentication error"}]}';
  it.each([
    [plugin("/queues", denied), "Queues: Edit"],
    [plugin("/storage/kv/namespaces", denied), "Workers KV Storage: Edit"],
    [`GET ${api}/queues/1: 403 Authentication error (10000)`, "Queues: Edit"],
    [
      plugin(
        "/storage/kv/namespaces",
        '400 Bad Request {"message":"a namespace with this account ID and title already exists"}',
      ),
      "import_id",
    ],
    [plugin("/queues", '409 Conflict {"message":"Queue name \'a\' is already taken."}'), "import_id"],
    [`GET ${api}: 401 Invalid API Token (1000)`, "CLOUDFLARE_API_TOKEN"],
  ])("%s", (message, part) => {
    expect(hints.find(({ pattern }) => pattern.test(message))?.hint).toContain(part);
  });

  it.each([
    'POST "https://state.example/queues": 500',
    "403 Forbidden",
    "cannot write /accounts/5a/queues: 403",
  ])("says nothing about %s", (message) => {
    expect(hints.find(({ pattern }) => pattern.test(message))).toBeUndefined();
  });
});
