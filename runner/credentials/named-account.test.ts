import { describe, expect, test } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { findProvider } from "../../contract/find-vendor.js";
import { hostCredentials } from "../host/prepare/host-credentials.js";
import { checkStackInput } from "../manifest/read-stack-input.js";
import { readRunHandoff, runHandoffVariables } from "../project/run-handoff.js";
import { namedAccount, resolveCredentials } from "./resolve-credentials.js";
import { stackInputCredentials } from "./stack-input-credentials.js";

const provider = findProvider(catalog, "cloudflare");
const [ofSpec, ofConfig, ofEnvironment] = ["5a", "5b", "5c"].map((digits) => digits.repeat(16));
const token = "a".repeat(40);

interface Given {
  readonly spec?: object;
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
}

function inputOf({ spec = {}, config, env = { CLOUDFLARE_API_TOKEN: token } }: Given) {
  const target = { apiVersion: "cloudflare.planton.dev/v1", kind: "CloudflareQueue", metadata: { name: "q" }, spec };
  const text = JSON.stringify({ target, ...(config === undefined ? {} : { provider_config: config }) });
  const reading = checkStackInput({ catalog, file: "q.yaml", text });
  const resolve = async (value: string): Promise<string> => value;
  return { ...stackInputCredentials(reading, provider), env, resolve, baseDir: "/" };
}

describe("the account", () => {
  const all = { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: `${ofEnvironment}` };
  test.each<[string, Given, string | undefined]>([
    ["is the spec's before all", { spec: { account_id: ofSpec }, config: { account_id: ofConfig }, env: all }, ofSpec],
    ["is that of provider_config before the environment's", { config: { account_id: ofConfig }, env: all }, ofConfig],
    ["is the environment's", { env: all }, ofEnvironment],
    [
      "of provider_config goes with its token",
      { config: { api_token: token, account_id: ofConfig }, env: {} },
      ofConfig,
    ],
    [
      "of the environment goes with a token of provider_config",
      { config: { api_token: token }, env: all },
      ofEnvironment,
    ],
    ["is left to the vendor otherwise", {}, undefined],
  ])("%s", async (_, given, account) => {
    const credentials = await resolveCredentials(inputOf(given));
    expect(namedAccount(provider, credentials)).toBe(account);
    expect(credentials.values["api_token"]).toBe(token);
  });

  test("is neither masked nor given to the plugin", async () => {
    const credentials = await resolveCredentials(inputOf({ spec: { account_id: ofSpec } }));
    expect([credentials.secrets, credentials.inputs]).toEqual([[token], undefined]);
    expect(credentials.variables).toEqual({ CLOUDFLARE_API_TOKEN: token });
    const config = { api_token: token, account_id: ofConfig };
    expect((await resolveCredentials(inputOf({ config }))).inputs).toEqual({ api_token: token });
  });

  test("alone is no credential", async () => {
    const env = { CLOUDFLARE_ACCOUNT_ID: `${ofEnvironment}` };
    await expect(resolveCredentials(inputOf({ env }))).rejects.toMatchObject({
      code: "E_CREDENTIALS_MISSING",
      hint: expect.stringContaining("set CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL;"),
    });
  });

  test.each([true, false])("is the same in the language host; started by planton: %s", async (isHanded) => {
    const handoff = runHandoffVariables({
      ...{ stack: "s", operation: "up", hasCredentials: true, hasShownWarnings: true, skipsPreview: false },
      secretWarnings: [],
    });
    const env = { CLOUDFLARE_API_TOKEN: token, ...(isHanded ? handoff : {}) };
    const input = inputOf({ spec: { account_id: ofSpec }, env });
    const credentials = await hostCredentials({ ...input, handoff: readRunHandoff(env, "s") });
    expect(namedAccount(provider, credentials)).toBe(ofSpec);
  });
});
