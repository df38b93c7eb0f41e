import { apiVersionOf, type Checkout, type CheckoutProvider } from "./checkout.js";
import { kindFiles } from "./kind-files.js";
import { type KindNames, kindNames } from "./kind-names.js";
import { plainClass, type ResourcePlace, resourceFiles } from "./resource-files.js";
import type { NewFile } from "./write-new-files.js";

/** What the files of a vendor are made of. */
interface VendorNames {
  readonly provider: CheckoutProvider;
  readonly place: ResourcePlace;
  /** The first kind. */
  readonly kind: KindNames;
  /** What constants of the vendor begin with: "acme". */
  readonly symbol: string;
  /** Environment variables with the token and with another address. */
  readonly tokenVariable: string;
  readonly urlVariable: string;
  /** Version of planton, which its plugins have. */
  readonly version: string;
}

/** The files of a vendor with bearer tokens and one plain REST resource, and of a kind of that resource. */
export function vendorFiles(
  { version }: Checkout,
  { name, displayName, resource }: { readonly name: string; readonly displayName: string; readonly resource: string },
): { readonly files: readonly NewFile[]; readonly kind: KindNames } {
  const prefix = displayName.replaceAll(/[^A-Za-z0-9]/g, "");
  const provider: CheckoutProvider = {
    name,
    displayName,
    prefix,
    configMessage: `${prefix}ProviderConfig`,
    apiVersion: apiVersionOf(prefix),
    idPrefixes: [],
  };
  const kind = kindNames(`${prefix}${resource}`, [provider]);
  const place = {
    plugin: `planton-${name}`,
    factory: `create${prefix}Provider`,
    vendor: `${name}Vendor`,
    pathPrefix: "/v1",
  };
  const upper = name.toUpperCase();
  const names: VendorNames = {
    ...{ provider, place, kind, version },
    ...{ symbol: name, tokenVariable: `${upper}_TOKEN`, urlVariable: `${upper}_API_URL` },
  };
  const files = [
    { path: `apis/proto/planton/${name}/v1/provider_config.proto`, text: configProtoText(names) },
    { path: `clients/${name}.ts`, text: clientText(names) },
    { path: `clients/${name}-hints.ts`, text: hintsText(names) },
    { path: `modules/${name}/_shared/provider.ts`, text: providerResourceText(names) },
    { path: `modules/${name}/_shared/vendor.ts`, text: adapterText(names) },
    { path: `providers/${name}/${name}-provider.ts`, text: pluginText(names) },
    { path: `providers/${name}/${name}-provider.test.ts`, text: pluginTestText(names) },
    { path: `sandbox/${name}/${name}-vendor.ts`, text: sandboxText(names) },
    ...resourceFiles(kind, place),
    ...kindFiles(kind, plainClass(kind, place)),
  ];
  return { files, kind };
}

function configProtoText({ provider, tokenVariable }: VendorNames): string {
  const { name, displayName, configMessage } = provider;
  return `syntax = "proto3";

package planton.${name}.v1;

import "buf/validate/validate.proto";
import "planton/shared/v1/options.proto";

// Credentials for ${displayName}: a token, or none of the fields: then the environment variable is used.
message ${configMessage} {
  option (planton.shared.v1.provider) = {
    name: "${name}"
    display_name: "${displayName}"
    credentials_url: "https://${name}.example"
  };
  option (buf.validate.message).cel = {
    id: "provider_config.one_source"
    message: "token and credential_id are mutually exclusive: keep one of the two"
    expression: "!(has(this.token) && has(this.credential_id))"
  };

  // Token that may do what the kinds of ${displayName} need. Default: the environment variable.
  optional string token = 1 [
    (planton.shared.v1.secret) = true,
    (planton.shared.v1.env) = "${tokenVariable}",
    (buf.validate.field).string.min_len = 1
  ];
  // Id of an entry in credentials.yaml that holds the token. 1 to 128 characters. Default: none.
  optional string credential_id = 2 [
    (planton.shared.v1.not_secret) = "the name of an entry, not what it holds",
    (buf.validate.field).string = {
      min_len: 1
      max_len: 128
    }
  ];
}
`;
}

function clientText({ provider, symbol, tokenVariable, urlVariable }: VendorNames): string {
  const { name, displayName, prefix } = provider;
  return `import { systemClock } from "../contract/clock.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { bearer } from "../http/authentication.js";
import { asObject, asText } from "../http/json.js";

/** ${displayName}'s API. Address and form of errors are a template's, without a source yet. */
export const ${symbol}Api: VendorApi = {
  baseUrl: "https://api.${name}.example",
  variable: "${urlVariable}",
  // {"message": "..."}
  errorText: (body) => asText(asObject(body)?.["message"]) ?? "",
  hints: {
    401: "${displayName} refuses the token: check ${tokenVariable}, the credential or the provider's token",
    403: "check what the token may do",
    429: "the limit of requests is used up; run it again later",
  },
};

function tokenProblem(token: string): PlantonErrorInit | undefined {
  const hint = "set ${tokenVariable}, or the provider's token";
  if (token === "") return { code: "E_CREDENTIALS_MISSING", message: "no token for ${displayName}", hint };
  if (/^[\\x21-\\x7e]+$/.test(token)) return undefined;
  const message = "the token for ${displayName} is malformed: it has spaces or other characters that no token has";
  return { code: "E_CREDENTIALS_REFUSED", message, hint };
}

/** Opens a client with a token; one that cannot be a token is an E_CREDENTIALS_* at the first request. */
export function open${prefix}(token: string, options: ApiClientOptions): ApiClient {
  const trimmed = token.trim();
  return createApiClient(${symbol}Api, bearer(trimmed, tokenProblem(trimmed)), options);
}

/** A client for what the runner asks beside the plugin. */
export function ${symbol}Of({ credentials, env, fetch }: VendorContext): ApiClient {
  return open${prefix}(credentials["token"] ?? "", { env, fetch, clock: systemClock });
}
`;
}

function hintsText({ provider, tokenVariable }: VendorNames): string {
  const { displayName } = provider;
  return `import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about ${displayName}'s messages; the first match wins, so the exact ones stand first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: errorPattern({ status: 401, text: /token/ }),
    hint: "${displayName} refuses the token: check ${tokenVariable} or the credential",
  },
  {
    pattern: errorPattern({ status: 429, text: /too many requests|rate limit/ }),
    hint: "${displayName} allows a number of requests a minute: wait a minute and run again",
  },
];
`;
}

function providerResourceText({ provider, place, tokenVariable }: VendorNames): string {
  return `import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/${place.plugin}.js";

/**
 * Makes the ${provider.displayName} provider resource. An inline token is a secret input; without one the plugin takes
 * ${tokenVariable} from its environment, and no token enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { token } = inline ?? {};
  return new Provider("${provider.name}", token === undefined ? {} : { token: secret(token) });
};
`;
}

function adapterText({ provider, place, kind, symbol, version }: VendorNames): string {
  const { name, displayName } = provider;
  return `import { ${symbol}Of } from "../../../clients/${name}.js";
import { hints } from "../../../clients/${name}-hints.js";
import type {
  ExistingResource,
  StateEntry,
  VendorAccount,
  VendorAdapter,
  VendorContext,
} from "../../../contract/vendor.js";
import { asFilledText, asObject } from "../../../http/json.js";

/** ${displayName}, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "${name}",
  plugin: "${place.plugin}",
  pluginVersion: "${version}",
  ownPlugin: true,
  readAccount,
  readExisting,
  hints,
};

/** The account that the token belongs to. */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const account = asObject(asObject(await ${symbol}Of(context).find("${place.pathPrefix}/account"))?.["account"]);
  const id = asFilledText(account?.["id"]);
  return id === undefined ? undefined : { id, name: asFilledText(account?.["name"]) ?? id };
}

/** Paths of the collections, by type token. */
const lists: Readonly<Record<string, string>> = {
  "${place.plugin}:index/${kind.camel}:${kind.rest}": "${place.pathPrefix}/${kind.kebab}s",
};

/** Reads a resource of the state by its id; see VendorAdapter.readExisting. */
async function readExisting(
  { type, id }: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const list = lists[type];
  if (list === undefined) return undefined;
  const body = await ${symbol}Of(context).find(\`\${list}/\${encodeURIComponent(id)}\`);
  return body === undefined || body === "absent" ? body : { tags: [] };
}
`;
}

function pluginText({ provider, place, kind, symbol, tokenVariable, urlVariable }: VendorNames): string {
  const { name, displayName, prefix } = provider;
  return `import { ${symbol}Api, open${prefix} } from "../../clients/${name}.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { withIncarnations } from "../kit/creation/incarnation.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { baseUrlFailures, configText } from "../kit/resource/config-values.js";
import type { Provider } from "../kit/resource/provider.js";
import { text } from "../kit/schema/property-types.js";
import { resources } from "./gen/resources.js";

/** The plugin for ${displayName}, for one process. */
export function ${place.factory}(version: string): Provider<ManagedApi> {
  return {
    name: "${place.plugin}",
    version,
    description: "${kind.words.charAt(0).toUpperCase()}${kind.words.slice(1)}s at ${displayName}.",
    config: {
      token: { type: text, secret: true, description: "Token of the API. Default: ${tokenVariable}." },
      host: {
        type: text,
        fixed: true,
        description: \`Address of the API. Default: ${urlVariable}, \${${symbol}Api.baseUrl}.\`,
      },
    },
    checkConfig: (config, { env }) => baseUrlFailures(${symbol}Api, { config, env, property: "host" }),
    configure(config, context) {
      const { env, fetch, clock } = context;
      const baseUrl = baseUrlOf(${symbol}Api, env, configText(config, "host"));
      const token = configText(config, "token") ?? env["${tokenVariable}"] ?? "";
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
