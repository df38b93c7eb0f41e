import { cloudflareApi, openCloudflare } from "../../clients/cloudflare.js";
import type { Credentials } from "../../contract/vendor.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { ConfigDeclaration, ProviderContext } from "../kit/resource/provider.js";
import type { CheckFailure } from "../kit/schema/check-properties.js";
import { string } from "../kit/schema/property-types.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import type { CloudflareApi } from "./cloudflare-api.js";

/** Configuration keys of the provider, called as in the official plugin; the environment stands in for what is missing. */
export const providerConfig = {
  apiToken: { type: string, secret: true, description: "API token. Default: CLOUDFLARE_API_TOKEN." },
  apiKey: { type: string, secret: true, description: "Global API key of a user. Default: CLOUDFLARE_API_KEY." },
  email: { type: string, description: "E-mail address of the key's user. Default: CLOUDFLARE_EMAIL." },
  baseUrl: {
    type: string,
    fixed: true,
    description: `Address of the API. Default: CLOUDFLARE_BASE_URL, ${cloudflareApi.baseUrl}.`,
  },
} as const satisfies Record<string, ConfigDeclaration>;

/** Refuses a base URL at which the credentials would not be safe. */
export function checkBaseUrl(config: PropertyMap, { env }: ProviderContext): readonly CheckFailure[] {
  return baseUrlFailures(cloudflareApi, { config, env, property: "baseUrl" });
}

/** A client for the resources of one connection. Throws E_VENDOR when the base URL is not safe. */
export function configureApi(config: PropertyMap, context: ProviderContext): CloudflareApi {
  const { env, fetch, clock } = context;
  const baseUrl = baseUrlOf(cloudflareApi, env, configString(config, "baseUrl"));
  const given = (key: string, variable: string): string => configString(config, key) ?? env[variable] ?? "";
  const credentials: Credentials = {
    api_token: given("apiToken", "CLOUDFLARE_API_TOKEN"),
    api_key: given("apiKey", "CLOUDFLARE_API_KEY"),
    email: given("email", "CLOUDFLARE_EMAIL"),
  };
  // An upload sends up to 40 MiB at once.
  const options = { env, fetch, clock, baseUrl, timeoutMs: 300_000, userAgent: "planton-cloudflare" };
  const retry = pluginRetries(env);
  const client = openCloudflare(credentials, { ...options, retry });
  return {
    ...createManagedApi(client, context, { vendor: "cloudflare", account: baseUrl }),
    uploader: (token) => openCloudflare({ api_token: token }, { ...options, retry }),
  };
}
