import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { expectSdkProperties, expectSdkProvider } from "../kit/testing/sdk-declarations.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { cloudflareProvider } from "./cloudflare-provider.js";
import { cloudflareProperties } from "./gen/properties.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function connect(env: Record<string, string>): Promise<TestClient> {
  const server = await startProviderServer(cloudflareProvider, { env, fetch, clock: systemClock });
  const client = createTestClient(server.port);
  cleanups.push(
    () => client.close(),
    () => server.stop(),
  );
  return client;
}

describe("declarations and the SDK's types", () => {
  it("have the same version, configuration and tokens", () => {
    expectSdkProvider(cloudflareProvider, cloudflareProperties);
  });

  const resources = new Map(Object.entries(cloudflareProperties.resources));
  it.each(cloudflareProvider.resources)("have the same properties for $type", (resource) => {
    expectSdkProperties(resource, resources.get(resource.type));
  });
});

describe("configuration", () => {
  it.each([
    { config: {}, env: {} },
    { config: { baseUrl: "https://api.cloudflare.com/client/v4" }, env: { CLOUDFLARE_BASE_URL: "http://127.0.0.1:1" } },
    { config: {}, env: { CLOUDFLARE_BASE_URL: "https://example.com/client/v4" } },
  ])("refuses an API address outside this machine: $config $env", async ({ config, env }) => {
    const client = await connect({ CLOUDFLARE_API_TOKEN: "t", ...env } as Record<string, string>);
    const { failures } = await client.checkConfig(plain(config));
    expect(failures.map(({ property }) => property)).toEqual(["baseUrl"]);
    await expect(client.configure(plain(config))).rejects.toThrow("serves the sandbox alone");
  });

  it("makes every credential a secret but the e-mail address", async () => {
    const client = await connect({ CLOUDFLARE_BASE_URL: "http://127.0.0.1:1/client/v4" });
    const { inputs } = await client.checkConfig(plain({ apiToken: "t", apiKey: "k", email: "e@example.com" }));
    expect(inputs.secrets).toEqual(new Set(["apiToken", "apiKey"]));
  });
});
