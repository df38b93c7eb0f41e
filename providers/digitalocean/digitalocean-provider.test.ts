import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { isLoopbackUrl } from "../../http/secure-url.js";
import { type ProviderServer, startProviderServer } from "../kit/server/provider-server.js";
import { expectSdkProperties, expectSdkProvider } from "../kit/testing/sdk-declarations.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { digitalOceanProvider } from "./digitalocean-provider.js";
import { digitalOceanProperties } from "./gen/properties.js";

const cleanups: (() => void)[] = [];

async function connect(env: Record<string, string>): Promise<TestClient> {
  const server: ProviderServer = await startProviderServer(digitalOceanProvider, { env, fetch, clock: systemClock });
  const client = createTestClient(server.port);
  cleanups.push(() => {
    client.close();
    server.stop();
  });
  return client;
}

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe("declarations and the SDK's types", () => {
  it("have the same version, configuration and tokens", () => {
    expectSdkProvider(digitalOceanProvider, digitalOceanProperties);
  });

  const sdkResources = new Map(Object.entries(digitalOceanProperties.resources));
  it.each(digitalOceanProvider.resources)("have the same properties for $type", (resource) => {
    expectSdkProperties(resource, sdkResources.get(resource.type));
  });

  const sdkFunctions = new Map(Object.entries(digitalOceanProperties.functions));
  it.each(digitalOceanProvider.functions)("have the same properties for $token", (declared) => {
    expectSdkProperties(declared, sdkFunctions.get(declared.token));
  });
});

describe("configuration", () => {
  it.each([
    ["http://127.0.0.1:8080", true],
    ["http://localhost:1", true],
    ["http://[::1]:1", true],
    ["https://api.digitalocean.com", false],
    ["http://127.0.0.1.example.com", false],
    ["http://127.0.0.1@example.com", false],
    ["ftp://127.0.0.1", false],
    ["nonsense", false],
  ])("takes %s for loopback: %s", (endpoint, expected) => {
    expect(isLoopbackUrl(endpoint)).toBe(expected);
  });

  it.each([
    { config: {}, env: {} },
    { config: { apiEndpoint: "https://api.digitalocean.com" }, env: { DIGITALOCEAN_API_URL: "http://127.0.0.1:1" } },
    { config: {}, env: { DIGITALOCEAN_API_URL: "https://example.com" } },
  ])("refuses an API address outside this machine: $config $env", async ({ config, env }) => {
    const client = await connect({ DIGITALOCEAN_TOKEN: "t", ...env } as Record<string, string>);
    const { failures } = await client.checkConfig(plain(config));
    expect(failures).toMatchObject([
      { property: "apiEndpoint", reason: expect.stringContaining("serves the sandbox alone") },
    ]);
    await expect(client.configure(plain(config))).rejects.toThrow("serves the sandbox alone");
  });

  it("takes numbers as the SDK sends them, names wrong keys, and makes the token a secret", async () => {
    const client = await connect({ DIGITALOCEAN_API_URL: "http://127.0.0.1:1" });
    const good = await client.checkConfig(
      plain({ httpRetryMax: "0", requestsPerSecond: "2.5", token: "t", version: "4.80.1" }),
    );
    expect(good.failures).toEqual([]);
    expect(good.inputs.secrets).toEqual(new Set(["token"]));
    const bad = await client.checkConfig(plain({ httpRetryMax: "many", tokn: "t" }));
    expect(bad.failures.map(({ property }) => property)).toEqual(["httpRetryMax", "tokn"]);
  });

  it("never replaces the provider", async () => {
    const client = await connect({});
    const diff = await client.diffConfig(
      plain({ token: "a", apiEndpoint: "http://127.0.0.1:1" }),
      plain({ token: "b", apiEndpoint: "http://127.0.0.1:2" }),
    );
    expect(diff).toEqual({ diffs: ["apiEndpoint", "token"], replaces: [] });
  });

  it("asks for a token only when a call needs one", async () => {
    const client = await connect({ DIGITALOCEAN_API_URL: "http://127.0.0.1:1" });
    await client.configure(plain({}));
    await expect(client.invoke("digitalocean:index/getVpc:getVpc", { id: "x" })).rejects.toThrow("DIGITALOCEAN_TOKEN");
  });

  it("returns version and schema", async () => {
    const client = await connect({});
    expect(await client.version()).toBe("4.80.1");
    const schema = JSON.parse(await client.schema());
    expect(Object.keys(schema.resources)).toEqual(digitalOceanProvider.resources.map(({ type }) => type));
    expect(schema.resources["digitalocean:index/databaseCluster:DatabaseCluster"].properties.uri).toEqual({
      type: "string",
      secret: true,
    });
    expect((await client.handshake()).toObject()).toMatchObject({
      acceptSecrets: true,
      acceptOutputs: true,
      acceptResources: true,
    });
  });
});
