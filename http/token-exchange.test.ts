import { expect, it } from "vitest";
import { systemClock } from "../contract/clock.js";
import type { VendorFetch } from "../contract/vendor.js";
import { basic } from "./authentication.js";
import { createHttpClient } from "./http-client.js";
import { asObject, asString } from "./json.js";
import { noRetries } from "./retry.js";
import { tokenExchange } from "./token-exchange.js";

const keyHeader = `Basic ${Buffer.from("id:marker").toString("base64")}`;
const at = "https://auth.example";

/** A vendor whose tokens are counted; those in `expired` are refused. */
function open({ api = "https://api.example", expired = [] as readonly string[], status = 200, baseUrl = at } = {}) {
  const sent: string[] = [];
  let exchanges = 0;
  const fetch: VendorFetch = async (url, { method, headers, body }) => {
    const authorization = headers["authorization"] ?? "";
    sent.push([method, url, authorization, body].filter((part) => part !== undefined).join(" "));
    if (url.endsWith("/authorize")) {
      exchanges += 1;
      return new Response(JSON.stringify({ token: `token-${exchanges}`, api }), { status });
    }
    if (expired.includes(authorization)) return new Response(`{"code":"expired"}`, { status: 401 });
    return new Response("{}");
  };
  const authentication = tokenExchange({
    ...{ baseUrl, path: "/authorize", key: basic("id", "marker") },
    tokenIn(body) {
      const [authorization, address] = [asString(asObject(body)?.["token"]), asString(asObject(body)?.["api"])];
      return authorization === undefined || address === undefined
        ? undefined
        : { authorization, baseUrl: address, fields: { account: "a" } };
    },
    isExpired: ({ status: of, body }) => of === 401 && asObject(body)?.["code"] === "expired",
  });
  const options = { fetch, clock: systemClock, retry: noRetries, timeoutMs: 1000, userAgent: "test" };
  return { client: createHttpClient({ baseUrl, authentication, ...options }), sent };
}

it("exchanges the key once for requests that run at the same time, and sends them to the address of the token", async () => {
  const { client, sent } = open();
  await Promise.all([
    client.send({ method: "POST", path: "/make", body: { account: "", name: "a", note: "" } }),
    client.send({ method: "GET", path: "/list?of=b" }),
  ]);
  expect(sent.sort()).toEqual([
    "GET https://api.example/list?of=b token-1",
    `GET https://auth.example/authorize ${keyHeader}`,
    `POST https://api.example/make token-1 {"account":"a","name":"a","note":""}`,
  ]);
  expect(client.mask("marker token-1 other")).toBe("[secret] [secret] other");
});

it("exchanges it again when the token expires in the middle, and repeats the request", async () => {
  const { client, sent } = open({ expired: ["token-1"] });
  expect(await client.send({ method: "POST", path: "/make", body: { account: "" } })).toMatchObject({ status: 200 });
  expect(sent.map((line) => line.split(" ").slice(1, 4).join(" "))).toEqual([
    `https://auth.example/authorize ${keyHeader}`,
    'https://api.example/make token-1 {"account":"a"}',
    `https://auth.example/authorize ${keyHeader}`,
    'https://api.example/make token-2 {"account":"a"}',
  ]);
});

it("gives up when a new token counts as expired too", async () => {
  const { client, sent } = open({ expired: ["token-1", "token-2"] });
  expect(await client.send({ method: "GET", path: "/list" })).toMatchObject({ status: 401 });
  expect(sent).toHaveLength(4);
});

it("gives the refusal of the key as the response, and asks again with the next request", async () => {
  const { client, sent } = open({ status: 401 });
  expect(await client.send({ method: "GET", path: "/list" })).toMatchObject({ status: 401 });
  await client.send({ method: "GET", path: "/list" });
  expect(sent).toEqual(Array(2).fill(`GET https://auth.example/authorize ${keyHeader}`));
});

it.each([
  ["http://api.example", at],
  ["https://api.example", "http://127.0.0.1:8000"],
])("sends no token to %s from %s", async (api, baseUrl) => {
  const { client, sent } = open({ api, baseUrl });
  const sending = client.send({ method: "GET", path: "/list" });
  await expect(sending).rejects.toMatchObject({ code: expect.stringMatching(/^E_VENDOR/) });
  expect(sent).toHaveLength(1);
});
