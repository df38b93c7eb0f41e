import { describe, expect, it } from "vitest";
import type { VendorContext } from "../../../contract/vendor.js";
import { vendorAdapter } from "./vendor.js";

const account = { id: "5a".repeat(16), name: "Shop" };
const second = { id: "5b".repeat(16), name: "Market" };
const queueType = "cloudflare:index/queue:Queue";

/** A vendor with these responses by path; paths without one are 404. */
function cloudflare(responses: Readonly<Record<string, unknown>>, credentials: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const context: VendorContext = {
    credentials: { api_token: "t".repeat(40), ...credentials },
    env: {},
    async fetch(url) {
      const path = url.replace("https://api.cloudflare.com/client/v4", "");
      asked.push(path);
      const found = responses[path.split("?")[0] ?? ""];
      if (typeof found === "number")
        return new Response(JSON.stringify({ success: false, errors: [] }), { status: found });
      const body = found === undefined ? { success: false, errors: [] } : { success: true, result: found };
      return new Response(JSON.stringify(body), { status: found === undefined ? 404 : 200 });
    },
  };
  return { context, asked };
}

describe("the account", () => {
  it("is the one that is named, where the credentials see it", async () => {
    const { context, asked } = cloudflare({ [`/accounts/${account.id}`]: account }, { account_id: account.id });
    expect(await vendorAdapter.readAccount(context)).toEqual(account);
    expect(asked).toEqual([`/accounts/${account.id}`]);
  });

  it("is the only one that the credentials see", async () => {
    expect(await vendorAdapter.readAccount(cloudflare({ "/accounts": [account] }).context)).toEqual(account);
  });

  it.each([
    ["the credentials may not list them", { "/accounts": 403 }, {}],
    ["they see none", { "/accounts": [] }, {}],
    ["they may not read the one that is named", { [`/accounts/${account.id}`]: 403 }, { account_id: account.id }],
  ])("is not known when %s", async (_, responses, credentials) => {
    expect(await vendorAdapter.readAccount(cloudflare(responses, credentials).context)).toBeUndefined();
  });

  it("has to be named among several, which the error names", async () => {
    await expect(
      vendorAdapter.readAccount(cloudflare({ "/accounts": [account, second] }).context),
    ).rejects.toMatchObject({
      code: "E_ACCOUNT_UNKNOWN",
      message: expect.stringMatching(`${account.id}.*${second.id}`),
      hint: expect.stringContaining("CLOUDFLARE_ACCOUNT_ID"),
    });
  });
});

describe("a resource of the state", () => {
  const entry = { type: queueType, id: "q1", inputs: { accountId: account.id } };
  const path = `/accounts/${account.id}/queues/q1`;
  it.each([
    [{ [path]: {} }, { tags: [] }],
    [{}, "absent"],
    [{ [path]: 403 }, undefined],
  ])("is read from %j as %j", async (responses, expected) => {
    const { context, asked } = cloudflare(responses);
    expect(await vendorAdapter.readExisting(entry, context)).toEqual(expected);
    expect(asked).toEqual([path]);
  });

  it.each([
    ["workersCustomDomain:WorkersCustomDomain", { accountId: account.id }, `/accounts/${account.id}/workers/domains/7`],
    [
      "r2CustomDomain:R2CustomDomain",
      { accountId: account.id, bucketName: "b", domain: "f.shop.example" },
      `/accounts/${account.id}/r2/buckets/b/domains/custom/f.shop.example`,
    ],
  ])("is read where it is deleted before its successor is made: %s", async (type, given, path) => {
    const { context, asked } = cloudflare({ [path]: {} });
    const domain = { type: `cloudflare:index/${type}`, id: "7", inputs: given };
    expect([await vendorAdapter.readExisting(domain, context), asked]).toEqual([{ tags: [] }, [path]]);
  });

  it.each([[{ ...entry, type: "random:index:Id" }], [{ ...entry, inputs: {} }]])("is not read: %j", async (given) => {
    const { context, asked } = cloudflare({});
    expect([await vendorAdapter.readExisting(given, context), asked]).toEqual([undefined, []]);
  });
});

describe("recovery", () => {
  const inputs = { queueName: "shop", accountId: account.id };
  const find = (responses: Readonly<Record<string, unknown>>, type = queueType, given: object = inputs) =>
    vendorAdapter.recovery?.findCreated({ type, inputs: { ...given }, owner: "o" }, cloudflare(responses).context);

  it("finds what has the name, of which there is one alone, by the id of an import", async () => {
    const queues = [
      { queue_id: "1", queue_name: "shop" },
      { queue_id: "2", queue_name: "shop-2" },
    ];
    expect(await find({ [`/accounts/${account.id}/queues`]: queues })).toMatchObject([
      { id: "1", importId: `${account.id}/1`, ours: false, takesMark: false, isOnly: true },
    ]);
  });

  it.each([
    ["an unknown type", "random:index:Id", inputs, undefined],
    ["an account that is not known", queueType, { queueName: "shop" }, []],
  ])("of %s looks nowhere", async (_, type, given, expected) => {
    expect(await find({}, type, given)).toEqual(expected);
  });

  const post = (path: string, rest: string) =>
    `failed to make http request: POST "http://127.0.0.1:1/client/v4/accounts/a/${path}": ${rest}`;
  const body = (code: number) => JSON.stringify({ success: false, errors: [{ code, message: "no" }] });
  it.each([
    [post("queues", `400 Bad Request ${body(11003)}`), "refused"],
    [post("queues", `409 Conflict ${body(11009)}`), "name taken"],
    [post("queues", `429 Too Many Requests ${body(10429)}`), undefined],
    [post("queues", `503 Service Unavailable ${body(1)}`), undefined],
    [post("queues/1/consumers", `400 Bad Request ${body(1)}`), undefined],
    [post("queues", "400 Bad Request <html>"), "refused"],
    ['Post "http://127.0.0.1:1/client/v4/accounts/a/queues": unexpected EOF', undefined],
  ])("%s is %s", (message, expected) => {
    expect(vendorAdapter.recovery?.refusalOf(queueType, message)).toBe(expected);
  });
});
