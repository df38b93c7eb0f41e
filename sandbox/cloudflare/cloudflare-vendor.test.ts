import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestSandbox, type TestCall, type TestSandbox } from "../kit/testing/test-sandbox.js";
import {
  bothToken,
  defaultAccount,
  defaultToken,
  disabledToken,
  globalKey,
  keyEmail,
  readOnlyToken,
  secondAccount,
  secondToken,
} from "./accounts.js";
import { cloudflareVendor } from "./cloudflare-vendor.js";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openTestSandbox([cloudflareVendor]);
});
afterEach(() => sandbox.close());

const call = (path: string, more: Partial<TestCall> = {}) =>
  sandbox.call({ method: "GET", path: `/client/v4${path}`, token: defaultToken, ...more });
const queues = `/accounts/${defaultAccount.id}/queues`;
const keys = { "x-auth-key": globalKey, "x-auth-email": keyEmail };

describe("credentials", () => {
  it.each<[string, Partial<TestCall>, readonly string[]]>([
    ["a token", {}, [defaultAccount.id]],
    ["a token of two accounts", { token: bothToken }, [defaultAccount.id, secondAccount.id]],
    ["the global key", { headers: keys, token: undefined as never }, [defaultAccount.id, secondAccount.id]],
  ])("see the accounts of %s", async (_, how, ids) => {
    const { body } = await call("/accounts", how);
    expect(body).toMatchObject({ success: true, errors: [], messages: [], result: ids.map((id) => ({ id })) });
    expect(body["result_info"]).toMatchObject({ page: 1, count: ids.length, total_count: ids.length });
  });

  it.each<[string, Partial<TestCall>, number, number]>([
    ["none", { token: undefined as never }, 400, 9106],
    ["a token that cannot be one", { token: "short" }, 400, 6003],
    ["an unknown token", { token: "x".repeat(40) }, 401, 1000],
    ["a disabled token", { token: disabledToken }, 401, 1000],
    ["a wrong key", { token: undefined as never, headers: { ...keys, "x-auth-key": "x" } }, 403, 9103],
    ["a token of another account", { token: secondToken }, 403, 10000],
    ["a token that may only read", { token: readOnlyToken, method: "POST", body: { queue_name: "a" } }, 403, 10000],
  ])("are refused: %s", async (_, how, status, code) => {
    const response = await call(queues, how);
    expect([response.status, response.body]).toMatchObject([
      status,
      { success: false, errors: [{ code }], result: null },
    ]);
  });

  it("are verified", async () => {
    expect((await call("/user/tokens/verify")).body).toMatchObject({ result: { status: "active" } });
  });

  it("are exported with the account and both names of the address", () => {
    const { CLOUDFLARE_BASE_URL: url } = sandbox.environment;
    expect(url).toMatch(/\/client\/v4$/);
    expect(sandbox.environment).toMatchObject({
      CLOUDFLARE_API_BASE_URL: url,
      CLOUDFLARE_API_TOKEN: defaultToken,
      CLOUDFLARE_ACCOUNT_ID: defaultAccount.id,
    });
  });
});

describe("responses", () => {
  it("are in pages", async () => {
    for (const name of ["a", "b", "c"]) await call(queues, { method: "POST", body: { queue_name: name } });
    const { body } = await call(`${queues}?page=2&per_page=2`);
    expect(body).toMatchObject({
      result: [{ queue_name: "c" }],
      result_info: { page: 2, per_page: 2, count: 1, total_count: 3, total_pages: 2 },
    });
  });

  it("have the envelope also where there is nothing, and a ray", async () => {
    const { status, body, headers } = await call("/nowhere");
    expect([status, body]).toMatchObject([404, { success: false, errors: [{ code: 7003 }] }]);
    expect(headers.get("cf-ray")).toMatch(/^[0-9a-f]{16}$/);
  });

  it("of refusals that look like passing faults say not to repeat them", async () => {
    await call(queues, { method: "POST", body: { queue_name: "a" } });
    const { status, headers } = await call(queues, { method: "POST", body: { queue_name: "a" } });
    expect([status, headers.get("x-should-retry")]).toEqual([409, "false"]);
  });
});
