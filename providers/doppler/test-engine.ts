import type { PropertyMap } from "../kit/property-value.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/test-engine.js";
import { createDopplerProvider } from "./doppler-provider.js";
import { type FakeDoppler, startFakeDoppler } from "./fake-doppler.js";

/** A fake Doppler, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<FakeDoppler>;

/** The secret under test. */
export const secretTarget = { type: "planton-doppler:index/secret:Secret" };

/** The least that a secret needs. */
export const basicSecret = {
  project: "shop",
  config: "prd",
  name: "DATABASE_URL",
  value: "mysql://app:marker-1@db/app",
};

/** Ids of the resources of all secrets. */
export function aliveSecrets({ fake }: Pick<TestEngine, "fake">): readonly string[] {
  return [...fake.secrets.keys()].map((name) => `shop.prd.${name}`);
}

/** Starts all three; waits take milliseconds. */
export async function startTestEngine(config: PropertyMap = {}): Promise<TestEngine> {
  const fake = await startFakeDoppler();
  const env = {
    DOPPLER_API_HOST: fake.url,
    get DOPPLER_TOKEN() {
      return fake.token;
    },
    ...{ PLANTON_SANDBOX: "1", PLANTON_SANDBOX_POLL_MS: "5" },
  };
  const createProvider = () => createDopplerProvider("0.1.0");
  return openTestEngine({ fake, createProvider, env, config, target: secretTarget });
}
