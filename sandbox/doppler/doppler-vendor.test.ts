import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leanFetch } from "../../runner/lean-fetch.js";
import { readSecretFile } from "../../runner/secrets/read-secret-file.js";
import { secretResolver } from "../../runner/secrets/resolve-secret.js";
import { runSecretCommand } from "../../runner/secrets/run-secret-command.js";
import { defaultToken } from "../digitalocean/accounts.js";
import { sandboxFiles } from "../kit/sandbox-files.js";
import { readRecord } from "../kit/sandbox-record.js";
import { openTestSandbox, type TestAnswer, type TestSandbox } from "../kit/test-sandbox.js";
import { dopplerVendor } from "./doppler-vendor.js";
import { secrets, serviceToken } from "./secrets.js";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox([dopplerVendor]);
});
afterAll(() => sandbox.close());

const get = (path: string, token: string | undefined = serviceToken): Promise<TestAnswer> =>
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

  it("answers nulls for a secret that is not there", async () => {
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
    const answer = await get(path, token);
    expect([answer.status, answer.body]).toEqual([status, { messages: [message], success: false }]);
  });

  it.each([403, 429, 500])("answers status %i in Doppler's form when told to", async (status) => {
    await sandbox.admin("POST", "faults", { path: "/v3/**", status });
    const answer = await get("secrets/names");
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ success: false, messages: [expect.any(String)] });
  });
});

describe("a doppler:// URI in the sandbox", () => {
  const resolver = () => {
    const record = readRecord(sandboxFiles(sandbox.home).record);
    return secretResolver({
      env: record?.environment ?? {},
      baseDir: sandbox.home,
      fetch: leanFetch,
      runCommand: runSecretCommand,
      readFile: readSecretFile,
      retryDelaysMs: [1, 1],
    });
  };

  it("gives the sandbox's own token of DigitalOcean", async () => {
    expect(await resolver()("doppler://planton/dev/DIGITALOCEAN_TOKEN")).toBe(defaultToken);
  });

  it("survives a fault", async () => {
    await sandbox.admin("POST", "faults", { path: "/v3/**", lostAnswer: true, count: 2 });
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
