import { isJsonObject, type JsonObject } from "../../http/json.js";
import { dopplerVendor } from "../../sandbox/doppler/doppler-vendor.js";
import { personalToken, serviceToken } from "../../sandbox/doppler/tokens.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { createDopplerProvider } from "./doppler-provider.js";

/** Doppler's stand-in, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<TestVendor>;

/** The secret under test. */
export const secretTarget = { type: "planton-doppler:index/secret:Secret" };

/** The least that a secret needs. */
export const basicSecret = {
  project: "planton",
  config: "dev",
  name: "APP_URL",
  value: "mysql://app:marker-1@db/app",
};

/** Id of {@link basicSecret}. */
export const basicId = "planton.dev.APP_URL";

/** A secret as Doppler has it. */
export interface StoredSecret {
  readonly raw: string;
  readonly visibility: string;
}

type Vendor = Pick<TestEngine, "fake">;

/** What Doppler has of {@link basicSecret}; undefined: nothing. */
export async function storedSecret({ fake }: Vendor): Promise<StoredSecret | undefined> {
  const { project, config, name } = basicSecret;
  const query = new URLSearchParams({ project, config, name });
  const { body } = await fake.call({ method: "GET", path: `/v3/configs/config/secret?${query}`, token: serviceToken });
  const value = isJsonObject(body["value"]) ? body["value"] : {};
  const { raw, rawVisibility } = value;
  return typeof raw === "string" ? { raw, visibility: String(rawVisibility) } : undefined;
}

/** Values of the secrets of the config dev that Doppler has among these names. */
export async function storedValues(
  { fake }: Vendor,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const query = new URLSearchParams({ project: "planton", config: "dev", secrets: names.join(",") });
  const { text } = await fake.call({ method: "GET", path: `/v3/configs/config/secrets?${query}`, token: serviceToken });
  const { secrets } = JSON.parse(text) as { readonly secrets: Readonly<Record<string, { readonly raw: string }>> };
  return Object.fromEntries(Object.entries(secrets).map(([name, { raw }]) => [name, raw]));
}

/** Sets {@link basicSecret} as somebody does in Doppler's dashboard. */
export function putSecret({ fake }: Vendor, value: string, visibility = "masked"): Promise<unknown> {
  const { config, name } = basicSecret;
  return fake.act("set-secret", { config, name, value, visibility });
}

/** Deletes {@link basicSecret} as somebody does in Doppler's dashboard. */
export function dropSecret({ fake }: Vendor): Promise<unknown> {
  const { config, name } = basicSecret;
  return fake.act("delete-secret", { config, name });
}

/** Ids of the resources of all secrets; {@link basicSecret} is the only one that a test makes. */
export async function aliveSecrets(engine: Vendor): Promise<readonly string[]> {
  return (await storedSecret(engine)) === undefined ? [] : [basicId];
}

/** The changes that the plugin sent, oldest first. */
export function sentChanges({ fake }: Vendor): readonly JsonObject[] {
  return fake.requests.flatMap(({ body }) => {
    const changes = isJsonObject(body) ? body["change_requests"] : undefined;
    return Array.isArray(changes) ? changes.filter(isJsonObject) : [];
  });
}

/** Gives the plugin a person's token, which sees all configs and may not read what is restricted. */
export function hideRestricted(engine: TestEngine): Promise<void> {
  engine.fake.env["DOPPLER_TOKEN"] = personalToken;
  return engine.restart();
}

/** Starts all three, for {@link secretTarget} or another resource. */
export async function startTestEngine(config: PropertyMap = {}, target = secretTarget): Promise<TestEngine> {
  const fake = await openTestVendor(dopplerVendor);
  const { env, clock, fetch } = fake;
  const createProvider = () => createDopplerProvider("0.1.0");
  return openTestEngine({ fake, createProvider, env, clock, fetch, config, target });
}
