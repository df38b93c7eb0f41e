import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTransport } from "../../http/transport.js";
import { readSecretFile } from "../../runner/secrets/backends/files.js";
import { runSecretCommand } from "../../runner/secrets/backends/programs.js";
import { secretResolver } from "../../runner/secrets/resolve-secret.js";
import { defaultToken } from "../digitalocean/accounts.js";
import { isJsonObject, type JsonObject } from "../kit/base/json-fields.js";
import { sandboxFiles } from "../kit/base/sandbox-files.js";
import { readRecord } from "../kit/base/sandbox-record.js";
import { openTestSandbox, type TestResponse, type TestSandbox } from "../kit/testing/test-sandbox.js";
import { dopplerVendor } from "./doppler-vendor.js";
import { secrets } from "./secrets.js";
import { personalToken, readOnlyToken, serviceToken } from "./tokens.js";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox([dopplerVendor]);
});
afterAll(() => sandbox.close());

const get = (path: string, token: string | undefined = serviceToken): Promise<TestResponse> =>
  sandbox.call({ method: "GET", path: `/v3/configs/config/${path}`, ...(token === "" ? {} : { token }) });

describe("Doppler's stand-in", () => {
  it("gives one secret, as written and with references filled in", async () => {
    const { status, body } = await get("secret?project=planton&config=dev&name=DATABASE_URL");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: "DATABASE_URL",
      success: true,
      value: {
        raw: secrets["DATABASE_URL"],
        computed: "postgres://app:sandbox-only-password@db.sandbox.invalid:5432/app",
        computedVisibility: "masked",
      },
    });
  });

  it("keeps what it gives out of the request log", async () => {
    await get("secret?project=planton&config=dev&name=DIGITALOCEAN_TOKEN");
    const log = readFileSync(sandboxFiles(sandbox.home).requestLog, "utf8");
    expect(log).toContain("name=DIGITALOCEAN_TOKEN");
    expect(log).not.toContain(defaultToken);
    expect(log).not.toContain(serviceToken);
  });

  it("returns nulls for a secret that does not exist", async () => {
    const { status, body } = await get("secret?project=planton&config=dev&name=NOPE");
    expect([status, body["value"]]).toMatchObject([200, { raw: null, computed: null, computedVisibility: null }]);
  });

  it("lists names alone, also without project and config", async () => {
    const { body } = await get("secrets/names");
    expect(body["names"]).toContain("DIGITALOCEAN_TOKEN");
    expect(body["names"]).toContain("DOPPLER_CONFIG");
    expect(JSON.stringify(body)).not.toContain(defaultToken);
  });

  it.each<[path: string, token: string | undefined, status: number, message: string]>([
    ["secret?project=planton&config=dev&name=A", "", 401, "Please provide an auth token"],
    ["secret?project=planton&config=dev&name=A", "dp.st.dev.wrong", 401, "Invalid Auth token"],
    [
      "secret?project=other&config=dev&name=A",
      undefined,
      400,
      "This token does not have access to requested project 'other'",
    ],
    [
      "secrets/names?project=planton&config=prd",
      undefined,
      400,
      "This token does not have access to requested config 'prd'",
    ],
    ["secret?project=planton&config=dev", undefined, 400, "name is required"],
    ["tokens", undefined, 404, "Not found"],
  ])("refuses %s", async (path, token, status, message) => {
    const response = await get(path, token);
    expect([response.status, response.body]).toEqual([status, { messages: [message], success: false }]);
  });

  it.each([403, 429, 500])("responds with status %i in Doppler's form when a fault asks for it", async (status) => {
    await sandbox.admin("POST", "faults", { path: "/v3/**", status });
    const response = await get("secrets/names");
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({ success: false, messages: [expect.any(String)] });
  });
});

const secretsPath = "/v3/configs/config/secrets";
const dev = { project: "planton", config: "dev" };

const post = (body: object, token: string = serviceToken): Promise<TestResponse> =>
  sandbox.call({ method: "POST", path: secretsPath, body, token });

const change = (request: object, token?: string): Promise<TestResponse> =>
  post({ ...dev, change_requests: [request] }, token);

async function rawOf(name: string, { config = "dev", token = serviceToken } = {}): Promise<unknown> {
  return secretValue((await get(`secret?project=planton&config=${config}&name=${name}`, token)).body)["raw"];
}

function secretValue({ value }: JsonObject): JsonObject {
  return isJsonObject(value) ? value : {};
}

describe("writing", () => {
  it("makes, changes, renames and deletes, over a restart and back by a reset", async () => {
    const made = await change({ name: "A", originalName: null, value: "one", visibility: "unmasked" });
    expect([made.status, made.body["success"]]).toEqual([200, true]);
    expect(made.body["secrets"]).toMatchObject({ A: { raw: "one", computed: "one", note: "" }, DATABASE_PASSWORD: {} });
    await change({ name: "A", originalName: "A", value: "two" });
    await sandbox.restart();
    expect(await get("secret?project=planton&config=dev&name=A")).toMatchObject({
      body: { value: { raw: "two", computedVisibility: "unmasked" } },
    });
    await change({ name: "B", originalName: "A", value: null });
    expect([await rawOf("A"), await rawOf("B")]).toEqual([null, "two"]);
    await change({ name: "B", originalName: "B", shouldDelete: true });
    expect(await rawOf("B")).toBeNull();
    await post({ ...dev, secrets: { C: "three", EMPTY_SECRET: null } });
    expect([await rawOf("C"), await rawOf("EMPTY_SECRET")]).toEqual(["three", null]);
    expect((await sandbox.admin("GET", "status")).body).toMatchObject({ objects: { doppler: { secrets: 1 } } });
    await sandbox.admin("POST", "reset");
    expect([await rawOf("C"), await rawOf("EMPTY_SECRET")]).toEqual([null, ""]);
  });

  it("is all or nothing", async () => {
    const requests = [
      { name: "GOOD", originalName: null, value: "x" },
      { name: "BAD", originalName: "NOT_THERE", value: "x" },
    ];
    expect((await post({ ...dev, change_requests: requests })).status).toBe(400);
    expect(await rawOf("GOOD")).toBeNull();
  });

  it.each<[what: string, body: object, token: string, status: number]>([
    ["neither form", dev, serviceToken, 400],
    ["both forms", { ...dev, secrets: { X: "1" }, change_requests: [] }, serviceToken, 400],
    ["a bad name", { ...dev, secrets: { "a b": "1" } }, serviceToken, 400],
    ["a name of Doppler's own", { ...dev, secrets: { DOPPLER_CONFIG: "1" } }, serviceToken, 400],
    ["a token that may only read", { ...dev, secrets: { X: "1" } }, readOnlyToken, 403],
    ["another config", { ...dev, config: "prd", secrets: { X: "1" } }, serviceToken, 400],
    ["a person's token without a config", { secrets: { X: "1" } }, personalToken, 400],
    ["a config that is not there", { ...dev, config: "stg", secrets: { X: "1" } }, personalToken, 404],
    ["a new secret without a value", { ...dev, change_requests: [{ name: "X" }] }, serviceToken, 400],
    [
      "an unknown visibility",
      { ...dev, change_requests: [{ name: "X", value: "1", visibility: "open" }] },
      serviceToken,
      400,
    ],
  ])("refuses %s", async (_, body, token, status) => {
    expect((await post(body, token)).status).toBe(status);
    expect(await rawOf("X")).toBeNull();
  });

  it("changes only what still has the original value", async () => {
    await post({ ...dev, secrets: { D: "now" } });
    const stale = await change({ name: "D", originalName: "D", originalValue: "before", value: "next" });
    expect([stale.status, await rawOf("D")]).toEqual([400, "now"]);
    await change({ name: "D", originalName: "D", originalValue: "now", value: "next" });
    expect(await rawOf("D")).toBe("next");
  });

  it("of a new secret over one that is there is as set", async () => {
    await change({ name: "E", originalName: null, value: "first" });
    await change({ name: "E", originalName: null, value: "second" });
    await sandbox.admin("PUT", "settings/doppler", { newOverOld: "refused" });
    expect((await change({ name: "E", originalName: null, value: "third" })).status).toBe(400);
    expect(await rawOf("E")).toBe("second");
  });

  it("returns no restricted value of any config to a person's token", async () => {
    const prd = { config: "prd", token: personalToken };
    const request = { name: "F", originalName: null, value: "hidden-marker", visibility: "restricted" };
    const body = { project: "planton", config: "prd", change_requests: [request] };
    const { text } = await post(body, personalToken);
    expect([await rawOf("F", prd), text.includes("hidden-marker")]).toEqual([null, false]);
    const seen = await get("secret?project=planton&config=prd&name=F", personalToken);
    expect(secretValue(seen.body)).toMatchObject({ raw: null, computed: null, rawVisibility: "restricted" });
  });

  it("keeps values out of the request log, and names who wrote", async () => {
    const value = "marker-written";
    await change({ name: "G", originalName: null, value });
    await change({ name: "G", originalName: "G", originalValue: value, value: `${value}-2` });
    await post({ ...dev, secrets: { H: value } });
    const log = readFileSync(sandboxFiles(sandbox.home).requestLog, "utf8");
    expect(log).toContain('"change_requests":[{"name":"G","originalName":null,"value":"[secret]"}]');
    expect(log).toContain('"caller":"dev"');
    expect(log).not.toMatch(/marker/);
  });

  it("happens in the dashboard, too", async () => {
    const fields = { config: "dev", name: "I", value: "by-hand", visibility: "restricted" };
    expect((await sandbox.admin("POST", "actions/doppler/set-secret", fields)).status).toBe(200);
    expect(await rawOf("I")).toBe("by-hand");
    await sandbox.admin("POST", "actions/doppler/delete-secret", { config: "dev", name: "I" });
    expect(await rawOf("I")).toBeNull();
  });
});

it.each([
  [serviceToken, "service_token"],
  [readOnlyToken, "service_token"],
  [personalToken, "personal"],
])("knows whose token %s is, and does not repeat it", async (token, type) => {
  const { body, text } = await sandbox.call({ method: "GET", path: "/v3/me", token });
  expect(body).toMatchObject({ workplace: { slug: "planton-sandbox" }, type, success: true });
  expect(text).not.toContain(token);
});

describe("a doppler:// URI in the sandbox", () => {
  const resolver = () => {
    const record = readRecord(sandboxFiles(sandbox.home).record);
    return secretResolver({
      env: record?.environment ?? {},
      baseDir: sandbox.home,
      fetch: nodeTransport,
      runCommand: runSecretCommand,
      readFile: readSecretFile,
      retryDelaysMs: [1, 1],
    });
  };

  it("gives the sandbox's own token of DigitalOcean", async () => {
    expect(await resolver()("doppler://planton/dev/DIGITALOCEAN_TOKEN")).toBe(defaultToken);
  });

  it("survives a fault", async () => {
    await sandbox.admin("POST", "faults", { path: "/v3/**", dropResponse: true, count: 2 });
    expect(await resolver()("doppler://planton/dev/DIGITALOCEAN_TOKEN")).toBe(defaultToken);
  });

  it.each([
    ["doppler://planton/dev/DIGITALOCEAN_TOKN", /did you mean "DIGITALOCEAN_TOKEN"/],
    ["doppler://planton/prd/DIGITALOCEAN_TOKEN", /service token/],
    ["doppler://planton/dev/EMPTY_SECRET", /put the secret there/],
  ])("%s", async (uri, hint) => {
    await expect(resolver()(uri)).rejects.toMatchObject({ code: "E_SECRET_URI", hint: expect.stringMatching(hint) });
  });
});
