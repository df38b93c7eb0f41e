import { callOf } from "../../clients/backblaze.js";
import { asObjects, type JsonObject } from "../../http/json.js";
import { nodeTransport } from "../../http/transport.js";
import { backblazeVendor } from "../../sandbox/backblaze/backblaze-vendor.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { createBackblazeB2Provider } from "./backblaze-provider.js";

/** B2's stand-in, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<TestVendor>;

const createProvider = () => createBackblazeB2Provider("0.1.0");

/** Starts all three for a resource: "bucket". */
export async function startTestEngine(resource: "bucket" | "applicationKey"): Promise<TestEngine> {
  const fake = await openTestVendor(backblazeVendor);
  const { env, clock, fetch } = fake;
  const type = `planton-backblaze:index/${resource}:${resource.charAt(0).toUpperCase()}${resource.slice(1)}`;
  return openTestEngine({ fake, createProvider, env, clock, fetch, config: {}, target: { type } });
}

/** Sends a call by a connection of the test's own, which no fault of the plugin's requests strikes. */
export async function askB2(
  { fake: { env, clock } }: Pick<TestEngine, "fake">,
  name: Parameters<typeof callOf>[0],
  body: JsonObject = {},
): Promise<JsonObject> {
  const api = createProvider().configure({}, { env, clock, fetch: nodeTransport });
  return api.bodyOf(await api.send(callOf(name, body)));
}

/** The buckets, or the keys, that B2 has. */
export async function b2Has(
  engine: Pick<TestEngine, "fake">,
  list: "buckets" | "keys",
): Promise<readonly JsonObject[]> {
  return asObjects((await askB2(engine, list === "buckets" ? "b2_list_buckets" : "b2_list_keys"))[list]);
}
