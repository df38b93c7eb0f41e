import type { VendorNames } from "./vendor-names.js";
import type { NewFile } from "./write-new-files.js";

/** The plugin of a vendor and its stand-in, both without the resource. */
export function vendorPluginFiles(names: VendorNames): readonly NewFile[] {
  const { name } = names.provider;
  return [
    { path: `providers/${name}/${name}-provider.ts`, text: pluginText(names) },
    { path: `providers/${name}/${name}-provider.test.ts`, text: pluginTestText(names) },
    { path: `sandbox/${name}/${name}-vendor.ts`, text: sandboxText(names) },
  ];
}

function pluginText({ provider, place, kind, symbol, tokenVariable, urlVariable }: VendorNames): string {
  const { name, displayName, prefix } = provider;
  return `import { ${symbol}Api, open${prefix} } from "../../clients/${name}.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { withIncarnations } from "../kit/creation/incarnation.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { Provider } from "../kit/resource/provider.js";
import { string } from "../kit/schema/property-types.js";
import { resources } from "./gen/resources.js";

/** The plugin for ${displayName}, for one process. */
export function ${place.factory}(version: string): Provider<ManagedApi> {
  return {
    name: "${place.plugin}",
    version,
    description: "${kind.words.charAt(0).toUpperCase()}${kind.words.slice(1)}s at ${displayName}.",
    config: {
      token: { type: string, secret: true, description: "Token of the API. Default: ${tokenVariable}." },
      host: {
        type: string,
        fixed: true,
        description: \`Address of the API. Default: ${urlVariable}, \${${symbol}Api.baseUrl}.\`,
      },
    },
    checkConfig: (config, { env }) => baseUrlFailures(${symbol}Api, { config, env, property: "host" }),
    configure(config, context) {
      const { env, fetch, clock } = context;
      const baseUrl = baseUrlOf(${symbol}Api, env, configString(config, "host"));
      const token = configString(config, "token") ?? env["${tokenVariable}"] ?? "";
      const options = { env, fetch, clock, baseUrl, retry: pluginRetries(env), timeoutMs: 60_000 };
      const client = open${prefix}(token, { ...options, userAgent: "${place.plugin}" });
      return createManagedApi(client, context, { vendor: "${name}", account: baseUrl });
    },
    resources: withIncarnations(resources),
    functions: [],
  };
}
`;
}

function pluginTestText({ place, kind, tokenVariable, urlVariable }: VendorNames): string {
  return `import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { ${place.factory} } from "./${place.plugin.slice("planton-".length)}-provider.js";

const target = { type: "${place.plugin}:index/${kind.camel}:${kind.rest}" };
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function connect(env: Record<string, string> = {}): Promise<TestClient> {
  const server = await startProviderServer(${place.factory}("1.2.3"), { env, fetch, clock: systemClock });
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
  [{}, { ${urlVariable}: "http://api.example" }, ["host"]],
  [{ unknownKey: "x" }, {}, ["unknownKey"]],
])("checks the configuration %j with %j", async (config, env, failures) => {
  const checked = await (await connect(env)).checkConfig(plain(config));
  expect(checked.failures.map(({ property }) => property)).toEqual(failures);
});

it.each(["", "two words-marker"])('says which variable to set when ${tokenVariable} is "%s"', async (token) => {
  const client = await connect({ ${tokenVariable}: token, ${urlVariable}: "http://127.0.0.1:1" });
  await client.configure(plain({}));
  const failed = client.create(target, plain({ name: "a" }));
  await expect(failed).rejects.toThrow(/${tokenVariable}/);
  await expect(failed).rejects.not.toThrow(/marker/);
});

it("describes every property in its schema", async () => {
  const schema = JSON.parse(await (await connect()).schema());
  expect([schema.name, schema.version]).toEqual(["${place.plugin}", "1.2.3"]);
  const { properties } = schema.resources[target.type];
  const all = Object.values<{ description?: string }>({ ...properties, ...schema.config.variables });
  expect(all.filter(({ description }) => description === undefined)).toEqual([]);
});
`;
}

function sandboxText({ provider, place, kind, symbol, tokenVariable, urlVariable }: VendorNames): string {
  const { name, displayName } = provider;
  return `import { isJsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import { type CollectedState, countCollected, type PlainRoute } from "../kit/vendor/plain-collection.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { vendorRoutes } from "./gen/routes.js";

/** The dummy token of the sandbox, worth nothing outside of it. */
const sandboxToken = "${name}-sandbox-token";

const accountRoute: PlainRoute = {
  method: "GET",
  path: "${place.pathPrefix}/account",
  handle: () => ({ status: 200, body: { account: { id: "planton-sandbox", name: "Sandbox" } } }),
};

/** The stand-in of ${displayName}'s API as far as ${kind.words}s need it, in a template's form, without a source yet. */
export const ${symbol}Vendor: SandboxVendor = defineAdjustableVendor({
  name: "${name}",
  pathPrefixes: ["${place.pathPrefix}"],
  settings: {},
  openMemory: () => undefined,
  routes: [accountRoute, ...vendorRoutes],
  initialState: (): CollectedState => ({ version: 1 }),
  acceptsState: (value): value is CollectedState => isJsonObject(value) && value["version"] === 1,
  authenticate({ authorization }) {
    if (authorization !== \`Bearer \${sandboxToken}\`) throw new Refusal(401, "invalid token");
    return undefined;
  },
  errorBody: (status, message) => ({ message: message ?? \`status \${status}\` }),
  headers: (requestId) => ({ "x-request-id": requestId }),
  realRanges: { create: [1000, 3000], change: [1000, 3000], leave: [1000, 3000] },
  countObjects: countCollected,
  environment: (baseUrl) => ({ ${urlVariable}: baseUrl, ${tokenVariable}: sandboxToken }),
});
`;
}
