import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { createRedisCloudProvider } from "./rediscloud-provider.js";

const target = { type: "planton-rediscloud:index/database:Database" };
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function connect(env: Record<string, string> = {}): Promise<TestClient> {
  const server = await startProviderServer(createRedisCloudProvider("1.2.3"), { env, fetch, clock: systemClock });
  const client = createTestClient(server.port);
  cleanups.push(() => {
    client.close();
    server.stop();
  });
  return client;
}

it.each([
  [{}, {}, []],
  [{ baseUrl: "http://api.example" }, {}, ["baseUrl"]],
  [{}, { REDISCLOUD_URL: "http://api.example" }, ["baseUrl"]],
  [{ unknownKey: "x" }, {}, ["unknownKey"]],
])("checks the configuration %j with %j", async (config, env, failures) => {
  const checked = await (await connect(env)).checkConfig(plain(config));
  expect(checked.failures.map(({ property }) => property)).toEqual(failures);
});

it.each(["", "two words-marker"])('says which variable to set when REDISCLOUD_SECRET_KEY is "%s"', async (key) => {
  const keys = { REDISCLOUD_ACCESS_KEY: "access-marker", REDISCLOUD_SECRET_KEY: key };
  const client = await connect({ ...keys, REDISCLOUD_URL: "http://127.0.0.1:1" });
  await client.configure(plain({}));
  const failed = client.create(target, plain({ subscriptionId: "1", name: "a", sourceIps: ["203.0.113.7/32"] }));
  await expect(failed).rejects.toThrow(/REDISCLOUD_SECRET_KEY/);
  await expect(failed).rejects.not.toThrow(/marker/);
});

it("describes every property in its schema", async () => {
  const schema = JSON.parse(await (await connect()).schema());
  expect([schema.name, schema.version]).toEqual(["planton-rediscloud", "1.2.3"]);
  const { properties } = schema.resources[target.type];
  const all = Object.values<{ description?: string }>({ ...properties, ...schema.config.variables });
  expect(all.filter(({ description }) => description === undefined)).toEqual([]);
});
