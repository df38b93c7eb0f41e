import { asObjects, type JsonObject, objectOf } from "../../http/json.js";
import { nodeTransport } from "../../http/transport.js";
import { rediscloudVendor } from "../../sandbox/rediscloud/rediscloud-vendor.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { createRedisCloudProvider } from "./rediscloud-provider.js";

/** Redis Cloud's stand-in, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<TestVendor>;

const createProvider = () => createRedisCloudProvider("0.1.0");

/** Starts all three for a resource. */
export async function startTestEngine(resource: "subscription" | "database"): Promise<TestEngine> {
  const fake = await openTestVendor(rediscloudVendor);
  const { env, clock, fetch } = fake;
  const type = `planton-rediscloud:index/${resource}:${resource.charAt(0).toUpperCase()}${resource.slice(1)}`;
  return openTestEngine({ fake, createProvider, env, clock, fetch, config: {}, target: { type } });
}

/** A connection of the test's own. */
export function connection({ fake: { env, clock } }: Pick<TestEngine, "fake">): ManagedApi {
  return createProvider().configure({}, { env, clock, fetch: nodeTransport });
}

/** Makes a subscription as somebody else does; gives its id. */
export async function somebodysSubscription(engine: TestEngine, planId: number): Promise<string> {
  const api = connection(engine);
  const body = { name: "theirs", planId, paymentMethod: "credit-card", paymentMethodId: 2001 };
  api.bodyOf(await api.send({ method: "POST", path: "/fixed/subscriptions", body }));
  engine.fake.clock.passMs(120_000);
  const listed = api.bodyOf(await api.send({ method: "GET", path: "/fixed/subscriptions" }));
  return String(asObjects(listed["subscriptions"])[0]?.["id"]);
}

/** What a list of the vendor has, without what is being deleted. */
export async function listedAt(engine: TestEngine, path: string): Promise<readonly JsonObject[]> {
  const api = connection(engine);
  const response = await api.send({ method: "GET", path });
  if (response.status === 404) return [];
  const body = api.bodyOf(response);
  const items = asObjects(body["subscriptions"] ?? objectOf(body["subscription"])["databases"]);
  return items.filter(({ status }) => status !== "deleting" && status !== "delete-pending");
}
