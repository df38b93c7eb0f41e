import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VendorContext } from "../../../contract/vendor.js";
import { vendorAdapter } from "./vendor.js";

const token = "dp.st.dev.marker-0123456789";

/** Context whose vendor gives this response to every call; the calls that were made. */
function doppler(status: number, body: unknown, env: Readonly<Record<string, string>> = {}) {
  const calls: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const context: VendorContext = {
    credentials: { token },
    env,
    fetch: async (url, { headers }) => {
      calls.push({ url, authorization: headers["authorization"] });
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return { status, headers: { get: () => null }, text: async () => text };
    },
  };
  return { context, calls };
}

const noAccess = { messages: ["This token does not have access to requested config 'prd'"], success: false };

test("the plugin's version is planton's own, whose release it comes with", () => {
  const path = join(import.meta.dirname, "../../../package.json");
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  expect(vendorAdapter.plugins).toMatchObject([{ version }]);
});

describe("the account", () => {
  test("is the workplace of the token, which is sent as a header alone", async () => {
    const { context, calls } = doppler(200, {
      workplace: { name: "Shop", slug: "a1b2c3" },
      type: "service_token",
    });
    expect(await vendorAdapter.readAccount(context)).toEqual({ id: "a1b2c3", name: "workplace Shop" });
    expect(calls).toEqual([{ url: "https://api.doppler.com/v3/me", authorization: `Bearer ${token}` }]);
  });

  test.each<[what: string, status: number, body: unknown]>([
    ["the token may not read it", 403, { messages: ["Forbidden"] }],
    ["the response has none", 200, { type: "service_token" }],
    ["there is no such path", 404, { messages: ["Not found"] }],
  ])("is not known when %s", async (_, status, body) => {
    expect(await vendorAdapter.readAccount(doppler(status, body).context)).toBeUndefined();
  });

  test.each<[what: string, status: number, body: unknown, code: string]>([
    ["refuses the token", 401, { messages: ["Invalid Auth token"] }, "E_CREDENTIALS_REFUSED"],
    ["fails", 500, { messages: ["Internal server error"] }, "E_VENDOR"],
    ["responds without JSON", 200, "<html>", "E_VENDOR"],
    ["says what is wrong with the request", 400, { messages: ["Bad request"] }, "E_VENDOR"],
  ])("throws when Doppler %s", async (_, status, body, code) => {
    const read = vendorAdapter.readAccount(doppler(status, body).context);
    await expect(read).rejects.toMatchObject({ code, message: expect.not.stringContaining("marker") });
  });

  test.each(["http://api.doppler.com", "ftp://127.0.0.1", "nowhere"])("sends no token to %s", async (host) => {
    const { context, calls } = doppler(200, {}, { DOPPLER_API_HOST: host });
    await expect(vendorAdapter.readAccount(context)).rejects.toMatchObject({ code: "E_VENDOR" });
    expect(calls).toEqual([]);
  });

  test.each<[what: string, credentials: Record<string, string>, code: string]>([
    ["no token", {}, "E_CREDENTIALS_MISSING"],
    ["what can be no token", { token: "marker\nx: y" }, "E_CREDENTIALS_REFUSED"],
  ])("is not asked for with %s", async (_, credentials, code) => {
    const { context, calls } = doppler(200, {});
    const read = vendorAdapter.readAccount({ ...context, credentials });
    await expect(read).rejects.toMatchObject({ code, message: expect.not.stringContaining("marker") });
    expect(calls).toEqual([]);
  });

  test("says which address does not respond", async () => {
    const context: VendorContext = {
      credentials: { token },
      env: { DOPPLER_API_HOST: "http://127.0.0.1:1/" },
      fetch: () => Promise.reject(new Error("refused")),
    };
    await expect(vendorAdapter.readAccount(context)).rejects.toMatchObject({
      code: "E_VENDOR_UNREACHABLE",
      message: expect.stringContaining("http://127.0.0.1:1"),
    });
  });
});

describe("a secret of the state", () => {
  const entry = { type: "planton-doppler:index/secret:Secret", id: "shop.prd.DATABASE_URL", inputs: {} };

  test.each<[what: string, status: number, body: unknown, found: unknown]>([
    ["is there", 200, { names: ["A", "DATABASE_URL"], success: true }, { tags: [] }],
    ["is not there", 200, { names: ["DATABASE_URL_2"], success: true }, "absent"],
    ["has lost its project", 404, { messages: ["Could not find requested project 'shop'"] }, "absent"],
    ["is of a config that the token may not read", 400, noAccess, undefined],
  ])("%s", async (_, status, body, found) => {
    const { context, calls } = doppler(status, body);
    expect(await vendorAdapter.readExisting(entry, context)).toEqual(found);
    expect(calls.map(({ url }) => url)).toEqual([
      "https://api.doppler.com/v3/configs/config/secrets/names?project=shop&config=prd",
    ]);
  });

  test("of another type says nothing", async () => {
    const { context, calls } = doppler(200, { names: [] });
    expect(await vendorAdapter.readExisting({ ...entry, type: "random:index:Id" }, context)).toBeUndefined();
    expect(calls).toEqual([]);
  });
});
