import { dopplerApi, openDoppler } from "../../clients/doppler.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { ConfigDeclaration, ProviderContext } from "../kit/resource/provider.js";
import type { CheckFailure } from "../kit/schema/check-properties.js";
import { string } from "../kit/schema/property-types.js";
import type { PropertyMap } from "../kit/schema/property-value.js";

/** Configuration keys of the provider; the environment stands in for what is missing. */
export const providerConfig = {
  token: {
    type: string,
    secret: true,
    description:
      "Token with read and write access to the configs: of a service or a service account. Default: DOPPLER_TOKEN.",
  },
  host: {
    type: string,
    fixed: true,
    description: `Address of the API. Default: DOPPLER_API_HOST, ${dopplerApi.baseUrl}.`,
  },
} as const satisfies Record<string, ConfigDeclaration>;

/** Refuses a base URL at which the token would not be safe. */
export function checkHost(config: PropertyMap, { env }: ProviderContext): readonly CheckFailure[] {
  return baseUrlFailures(dopplerApi, { config, env, property: "host" });
}

/** A client for the resources of one connection. Throws E_VENDOR when the base URL is not safe. */
export function configureApi(config: PropertyMap, context: ProviderContext): ManagedApi {
  const { env, fetch, clock } = context;
  const baseUrl = baseUrlOf(dopplerApi, env, configString(config, "host"));
  const token = configString(config, "token") ?? env["DOPPLER_TOKEN"] ?? "";
  const retry = pluginRetries(env);
  const userAgent = "planton-doppler";
  const client = openDoppler(token, { env, fetch, clock, baseUrl, retry, timeoutMs: 60_000, userAgent });
  // Not the token, which may be another one in the next run: a record proves itself by the value that was written.
  return createManagedApi(client, context, { vendor: "doppler", account: baseUrl });
}
