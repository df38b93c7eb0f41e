import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sandboxFiles } from "../kit/base/sandbox-files.js";
import { openTestSandbox, type TestResponse, type TestSandbox } from "../kit/testing/test-sandbox.js";
import { dopplerVendor } from "./doppler-vendor.js";
import { personalToken, readOnlyToken, serviceToken } from "./tokens.js";

/** The requests that DopplerHQ/cli 3.76 sends (pkg/http/api.go, read 2026-11). */
const place = "project=planton&config=dev";
const values: Readonly<Record<string, string>> = {
  BACKSLASH: "a\\b",
  DOLLAR: "a$HOME",
  EQUALS: "a=b",
  HASH: "a # b",
  LINES: "first\nsecond",
  QUOTE: 'say "hi"',
};
const managed = { DOPPLER_CONFIG: "dev", DOPPLER_ENVIRONMENT: "dev", DOPPLER_PROJECT: "planton" };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox([dopplerVendor]);
  const call = { method: "POST", path: `/v3/configs/config/secrets?${place}`, token: serviceToken };
  const requests = Object.entries(values).map(([name, value]) => ({ name, originalName: null, value }));
  const written = await sandbox.call({ ...call, body: { change_requests: requests } });
  expect(written.status).toBe(200);
});
afterAll(() => sandbox.close());

const get = (path: string, { token = serviceToken, headers = {} } = {}): Promise<TestResponse> =>
  sandbox.call({ method: "GET", path: `/v3/configs/config/${path}`, token, headers });

async function download(format: string, names = "", more = ""): Promise<string> {
  const chosen = names === "" ? "" : `&secrets=${encodeURIComponent(names)}`;
  const path = `secrets/download?${place}&format=${format}&include_dynamic_secrets=true${chosen}${more}`;
  const { status, text } = await get(path);
  expect(status).toBe(200);
  return text;
}

describe("doppler secrets", () => {
  it("lists all with their values", async () => {
    const { body } = await get(`secrets?${place}&include_dynamic_secrets=false`);
    expect(body).toMatchObject({
      success: true,
      secrets: {
        DATABASE_URL: { computed: "postgres://app:sandbox-only-password@db.sandbox.invalid:5432/app" },
        LINES: { raw: "first\nsecond", rawVisibility: "masked", computedVisibility: "masked", note: "" },
        DOPPLER_CONFIG: { computed: "dev" },
      },
    });
  });

  it("gets some: those that are not there are left out", async () => {
    const { body } = await get(`secrets?${place}&include_dynamic_secrets=false&secrets=EQUALS,NOPE`);
    expect(body["secrets"]).toEqual({ EQUALS: expect.objectContaining({ computed: "a=b" }) });
  });

  it.each(["secrets", "secrets/names"])("leaves Doppler's own out of %s", async (path) => {
    const { text } = await get(`${path}?${place}&include_managed_secrets=false`);
    expect([text.includes("EQUALS"), text.includes("DOPPLER_")]).toEqual([true, false]);
  });

  it("refuses a flag that is neither true nor false", async () => {
    expect((await get(`secrets?${place}&include_managed_secrets=maybe`)).status).toBe(400);
  });
});

describe("doppler secrets download, doppler run", () => {
  it("gives json by default, also to a token that may only read and does not name its place", async () => {
    const { status, body, headers } = await get("secrets/download", { token: readOnlyToken });
    expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("application/json")]);
    expect(body).toMatchObject({ ...values, ...managed, EMPTY_SECRET: "" });
    expect(Object.keys(body)).toEqual(Object.keys(body).sort());
  });

  it("writes env with quotes, and escapes no more than quotes and backslashes", async () => {
    const text = await download("env", Object.keys(values).join(","));
    expect(text).toBe(
      [
        'BACKSLASH="a\\\\b"',
        'DOLLAR="a$HOME"',
        'EQUALS="a=b"',
        'HASH="a # b"',
        'LINES="first\nsecond"',
        'QUOTE="say \\"hi\\""',
      ].join("\n"),
    );
    const { BACKSLASH: _, QUOTE: __, ...plain } = values;
    expect(parseEnv(text)).toMatchObject(plain);
  });

  it.each([
    ["env-no-quotes", ["BACKSLASH=a\\b", "LINES=first\nsecond", 'QUOTE=say "hi"']],
    ["docker", ["BACKSLASH=a\\b", "LINES=first\\nsecond", 'QUOTE=say "hi"']],
  ])("writes %s", async (format, expected) => {
    expect(await download(format, "QUOTE,LINES,BACKSLASH")).toBe(expected.join("\n"));
  });

  it("writes yaml", async () => {
    expect(parse(await download("yaml"))).toMatchObject({ ...values, ...managed });
  });

  it("writes dotnet-json with .NET's names", async () => {
    const body = { secrets: { API__BASE_URL: "http://a" } };
    await sandbox.call({ method: "POST", path: `/v3/configs/config/secrets?${place}`, body, token: serviceToken });
    expect(JSON.parse(await download("dotnet-json", "API__BASE_URL,QUOTE"))).toEqual({
      "Api:BaseUrl": "http://a",
      Quote: 'say "hi"',
    });
  });

  it("responds with 304 to the tag of what has not changed, and with all of it to another's", async () => {
    const path = `secrets/download?${place}&format=json`;
    const first = await get(path);
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const same = await get(path, { headers });
    expect([same.status, same.text]).toEqual([304, ""]);
    expect((await get(`${path}&secrets=QUOTE`, { headers })).status).toBe(200);
  });

  it.each([
    ["an unknown format", `${place}&format=xml`, serviceToken, 400],
    ["a name transformer", `${place}&name_transformer=camel`, serviceToken, 400],
    ["another config", "project=planton&config=prd", serviceToken, 400],
    ["a person's token without a config", "project=planton", personalToken, 400],
    ["a config that is not there", "project=planton&config=stg", personalToken, 404],
  ])("refuses %s", async (_, query, token, status) => {
    expect((await get(`secrets/download?${query}`, { token })).status).toBe(status);
  });

  it("refuses restricted values to a person's token", async () => {
    const path = "secrets/download?project=planton&config=prd";
    const fields = { config: "prd", name: "HIDDEN", value: "hidden-marker", visibility: "restricted" };
    expect((await get(path, { token: personalToken })).status).toBe(200);
    await sandbox.admin("POST", "actions/doppler/set-secret", fields);
    const refused = await get(path, { token: personalToken });
    expect([refused.status, refused.text.includes("hidden-marker")]).toEqual([403, false]);
    const { body } = await get("secrets?project=planton&config=prd", { token: personalToken });
    expect(body).toMatchObject({ secrets: { HIDDEN: { raw: null, computed: null } } });
  });

  it("keeps all of it out of the request log", async () => {
    for (const format of ["json", "env", "docker", "yaml"]) await download(format);
    await get(`secrets?${place}`);
    expect(readFileSync(sandboxFiles(sandbox.home).requestLog, "utf8")).not.toMatch(/sandbox-only-password|second/);
  });
});

it("doppler me shows whose token it is, since when, and when it was seen", async () => {
  const { body } = await sandbox.call({ method: "GET", path: "/v3/me", token: serviceToken });
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(body).toMatchObject({
    created_at: time,
    last_seen_at: time,
    principal: { type: "service_token", slug: "sandbox-dev" },
  });
});
