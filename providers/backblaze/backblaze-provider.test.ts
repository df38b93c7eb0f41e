import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { createBackblazeB2Provider } from "./backblaze-provider.js";

const target = { type: "planton-backblaze:index/bucket:Bucket" };
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function connect(env: Record<string, string> = {}): Promise<TestClient> {
  const server = await startProviderServer(createBackblazeB2Provider("1.2.3"), { env, fetch, clock: systemClock });
  const client = createTestClient(server.port);
  cleanups.push(() => {
    client.close();
    server.stop();
  });
  return client;
}

it.each([
  [{}, {}, []],
  [{ host: "http://api.example" }, {}, ["host"]],
  [{}, { B2_API_URL: "http://api.example" }, ["host"]],
  [{ unknownKey: "x" }, {}, ["unknownKey"]],
])("checks the configuration %j with %j", async (config, env, failures) => {
  const checked = await (await connect(env)).checkConfig(plain(config));
  expect(checked.failures.map(({ property }) => property)).toEqual(failures);
});

it.each(["", "two words-marker"])('says which variable to set when B2_APPLICATION_KEY is "%s"', async (token) => {
  const client = await connect({
    B2_APPLICATION_KEY_ID: "id",
    B2_APPLICATION_KEY: token,
    B2_API_URL: "http://127.0.0.1:1",
  });
  await client.configure(plain({}));
  const failed = client.create(target, plain({ name: "a-bucket" }));
  await expect(failed).rejects.toThrow(/application key/);
  await expect(failed).rejects.not.toThrow(/marker/);
});

it("describes every property in its schema", async () => {
  const schema = JSON.parse(await (await connect()).schema());
  expect([schema.name, schema.version]).toEqual(["planton-backblaze", "1.2.3"]);
  const { properties } = schema.resources[target.type];
  const all = Object.values<{ description?: string }>({ ...properties, ...schema.config.variables });
  expect(all.filter(({ description }) => description === undefined)).toEqual([]);
});
