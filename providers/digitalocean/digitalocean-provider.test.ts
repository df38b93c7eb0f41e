import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { isLoopbackUrl } from "../../http/secure-url.js";
import type { PropertyDeclarations, PropertyType } from "../kit/schema/property-declaration.js";
import { type ProviderServer, startProviderServer } from "../kit/server/provider-server.js";
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

function describeType(type: PropertyType): string {
  switch (type.kind) {
    case "list":
    case "set":
      return `${describeType(type.element)}[]`;
    case "object":
      return `{ ${Object.entries(describeInputs(type.properties))
        .map(([name, entry]) => `${name}: ${entry}`)
        .join("; ")} }`;
    case "integer":
      return "number";
    default:
      return type.kind;
  }
}

function describeInputs(declarations: PropertyDeclarations): Record<string, string> {
  const entries = Object.entries(declarations).map(([name, { type, required }]) => [
    `${name}${required ? "" : "?"}`,
    describeType(type),
  ]);
  return Object.fromEntries(entries);
}

/** Whether a value may be absent is not declared for outputs. */
function withoutMarks(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, type]) => [name.replace("?", ""), type.replaceAll("?", "")]),
  );
}

describe("declarations and the SDK's types", () => {
  it("have the same version and configuration", () => {
    expect(digitalOceanProvider.version).toBe(digitalOceanProperties.version);
    expect(describeInputs(digitalOceanProvider.config)).toEqual(digitalOceanProperties.provider.inputs);
  });

  it.each(digitalOceanProvider.resources)("have the same properties for $type", ({ type, inputs, outputs }) => {
    const sdk = new Map(Object.entries(digitalOceanProperties.resources)).get(type);
    const declared = { ...inputs, ...outputs };
    expect(describeInputs(inputs)).toEqual(sdk?.inputs);
    expect(withoutMarks(describeInputs(declared))).toEqual(withoutMarks(sdk?.outputs ?? {}));
    const secrets = Object.keys(declared).filter((name) => (declared as PropertyDeclarations)[name]?.secret);
    expect(secrets.sort()).toEqual(sdk?.secrets);
  });

  it.each(digitalOceanProvider.functions)("have the same properties for $token", ({ token, inputs, outputs }) => {
    const sdk = new Map(Object.entries(digitalOceanProperties.functions)).get(token);
    expect(describeInputs(inputs)).toEqual(sdk?.inputs);
    expect(withoutMarks(describeInputs(outputs))).toEqual(withoutMarks(sdk?.outputs ?? {}));
  });

  it("declare every token", () => {
    expect(digitalOceanProvider.resources.map(({ type }) => type).sort()).toEqual(
      Object.keys(digitalOceanProperties.resources),
    );
    expect(digitalOceanProvider.functions.map(({ token }) => token).sort()).toEqual(
      Object.keys(digitalOceanProperties.functions),
    );
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
