import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { type PropertyMap, unknownValue } from "../kit/schema/property-value.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { createDopplerProvider } from "./doppler-provider.js";
import { basicSecret, secretTarget } from "./test-engine.js";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function connect(env: Record<string, string> = {}): Promise<TestClient> {
  const server = await startProviderServer(createDopplerProvider("1.2.3"), { env, fetch, clock: systemClock });
  const client = createTestClient(server.port);
  cleanups.push(() => {
    client.close();
    server.stop();
  });
  return client;
}

describe("configuration", () => {
  it.each<{ config: PropertyMap; env?: Record<string, string>; failures: string[] }>([
    { config: {}, failures: [] },
    { config: { host: "http://api.example" }, failures: ["host"] },
    { config: {}, env: { DOPPLER_API_HOST: "http://api.example" }, failures: ["host"] },
    { config: { host: "https://user:pw@api.example" }, failures: ["host"] },
    { config: { host: "http://127.0.0.1:8080/" }, failures: [] },
    { config: { host: unknownValue }, failures: [] },
    { config: { dopplerToken: "x" }, failures: ["dopplerToken"] },
  ])("$config with $env fails for $failures", async ({ config, env, failures }) => {
    const client = await connect(env);
    const response = await client.checkConfig(plain(config));
    expect(response.failures.map(({ property }) => property)).toEqual(failures);
  });

  it("marks the token, takes a new one, and refuses another system", async () => {
    const client = await connect();
    expect((await client.checkConfig(plain({ token: "a" }))).inputs.secrets).toEqual(new Set(["token"]));
    expect(await client.diffConfig(plain({ token: "a" }), plain({ token: "b" }))).toEqual({
      diffs: ["token"],
      replaces: [],
    });
    const change = client.diffConfig(plain({ host: "https://a.example" }), plain({ host: "https://b.example" }));
    await expect(change).rejects.toThrow("host");
  });

  it.each(["", " ", "two words-marker"])('says which variable is missing when DOPPLER_TOKEN is "%s"', async (token) => {
    const client = await connect({ DOPPLER_TOKEN: token, DOPPLER_API_HOST: "http://127.0.0.1:1" });
    await client.configure(plain({}));
    const failed = client.create(secretTarget, plain({ ...basicSecret, visibility: "masked" }));
    await expect(failed).rejects.toThrow(/DOPPLER_TOKEN/);
    await expect(failed).rejects.not.toThrow(/marker/);
  });
});

describe("check", () => {
  it.each<{ change: PropertyMap; failures: string[] }>([
    { change: {}, failures: [] },
    { change: { value: unknownValue }, failures: [] },
    { change: { value: "" }, failures: ["value"] },
    { change: { name: "lower" }, failures: ["name"] },
    { change: { name: "1ST" }, failures: ["name"] },
    { change: { name: "DOPPLER_CONFIG" }, failures: ["name"] },
    { change: { project: "a.b" }, failures: ["project"] },
    { change: { config: "a/b" }, failures: ["config"] },
    { change: { visibility: "public" }, failures: ["visibility"] },
    { change: { adoptionPolicy: "ADOPT" }, failures: ["adoptionPolicy"] },
  ])("of $change fails for $failures", async ({ change, failures }) => {
    const client = await connect();
    const response = await client.check(secretTarget, plain({ ...basicSecret, ...change }));
    expect(response.failures.map(({ property }) => property)).toEqual(failures);
  });

  it("makes a masked secret of what does not say how it is to be seen", async () => {
    const { inputs } = await (await connect()).check(secretTarget, plain(basicSecret));
    expect(inputs.values).toMatchObject({ ...basicSecret, visibility: "masked" });
    expect(inputs.secrets).toEqual(new Set(["value"]));
  });
});

it("describes every property in its schema, under a name of its own", async () => {
  const schema = JSON.parse(await (await connect()).schema());
  expect([schema.name, schema.version]).toEqual(["planton-doppler", "1.2.3"]);
  expect(Object.keys(schema.resources)).toContain(secretTarget.type);
  const secret = schema.resources[secretTarget.type];
  expect(secret.requiredInputs).toEqual(["project", "config", "name", "value"]);
  expect([secret.properties.value, schema.config.variables.token]).toMatchObject([{ secret: true }, { secret: true }]);
  for (const name of ["project", "config", "name"])
    expect(secret.inputProperties[name]).toMatchObject({ willReplaceOnChanges: true });
  const all = Object.values<{ description?: string }>({ ...secret.properties, ...schema.config.variables });
  expect(all.filter(({ description }) => description === undefined)).toEqual([]);
});
