import { openTidbCloud, type TidbCloudClient, type TidbCloudKey, tidbCloudApis } from "../../clients/tidbcloud.js";
import { baseUrlOf } from "../../http/api-client.js";
import { createDigestNonces, type DigestNonces } from "../../http/digest/digest-authentication.js";
import { createMinuteLimit, type MinuteLimit } from "../../http/rate-limit.js";
import { pluginRetries } from "../../http/retry.js";
import type { Environment } from "../kit/base/poll.js";
import { managedParts } from "../kit/managed/managed-api.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { ConfigDeclaration, ProviderContext } from "../kit/resource/provider.js";
import type { CheckFailure } from "../kit/schema/check-properties.js";
import { between } from "../kit/schema/property-rules.js";
import { integer, string } from "../kit/schema/property-types.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

// The vendor allows 100 calls a minute for a key (cluster.swagger.json of tidbcloud-cli 19aea6a, 2026-05).
const defaultPerMinute = 90;

/** Configuration keys of the provider; the environment stands in for what is missing. */
export const providerConfig = {
  publicKey: { type: string, description: "Public half of the API key. Default: TIDBCLOUD_PUBLIC_KEY." },
  privateKey: {
    type: string,
    secret: true,
    description: "Private half of the API key. Default: TIDBCLOUD_PRIVATE_KEY.",
  },
  serverlessEndpoint: {
    type: string,
    fixed: true,
    description:
      "Address of the serverless API. Default: TIDBCLOUD_SERVERLESS_ENDPOINT, https://serverless.tidbapi.com.",
  },
  iamEndpoint: {
    type: string,
    fixed: true,
    description: "Address of the IAM API. Default: TIDBCLOUD_IAM_ENDPOINT, https://iam.tidbapi.com.",
  },
  maxRequestsPerMinute: {
    type: integer,
    check: between(1, 100_000),
    description: "Calls that are made in a minute at most. Default: 90, nine tenths of what the vendor allows.",
  },
} as const satisfies Record<string, ConfigDeclaration>;

type ApiName = keyof typeof tidbCloudApis;

/** The configuration key of each API's base URL. */
const endpoints = { serverless: "serverlessEndpoint", iam: "iamEndpoint" } as const satisfies Record<ApiName, string>;

/** What all connections to the plugin share. */
export interface SharedByKey {
  /** By public key. */
  readonly limits: Map<string, MinuteLimit>;
  /** By origin and public key. */
  readonly nonces: Map<string, DigestNonces>;
}

function getOrMake<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}

function endpointOf(config: PropertyMap, env: Environment, api: ApiName): string {
  return baseUrlOf(tidbCloudApis[api], env, configString(config, endpoints[api]));
}

/** Refuses base URLs at which a key would not be safe; what is not known yet is checked later. */
export function checkEndpoints(config: PropertyMap, { env }: ProviderContext): readonly CheckFailure[] {
  const apis: readonly ApiName[] = ["serverless", "iam"];
  return apis.flatMap((api) => baseUrlFailures(tidbCloudApis[api], { config, env, property: endpoints[api] }));
}

/** A client for the resources of one connection. Throws E_VENDOR when a base URL is not safe. */
export function configureApi(config: PropertyMap, context: ProviderContext, shared: SharedByKey): TidbCloudApi {
  const { env, fetch, clock } = context;
  const key: TidbCloudKey = {
    publicKey: configString(config, "publicKey") ?? env["TIDBCLOUD_PUBLIC_KEY"] ?? "",
    privateKey: configString(config, "privateKey") ?? env["TIDBCLOUD_PRIVATE_KEY"] ?? "",
  };
  const limit = getOrMake(shared.limits, key.publicKey, () => createMinuteLimit(clock, defaultPerMinute));
  const perMinute = config["maxRequestsPerMinute"];
  if (typeof perMinute === "number") limit.restrict(perMinute);
  const clientOf = (api: ApiName): TidbCloudClient => {
    const baseUrl = endpointOf(config, env, api);
    const origin = URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl;
    return openTidbCloud(api, key, {
      env,
      fetch,
      clock,
      baseUrl,
      nonces: getOrMake(shared.nonces, JSON.stringify([origin, key.publicKey]), createDigestNonces),
      limit,
      retry: { ...pluginRetries(env), repeatsPatch: true },
      timeoutMs: 60_000,
      userAgent: "planton-tidbcloud",
    });
  };
  const account = `${endpointOf(config, env, "serverless")}\0${key.publicKey}`;
  const parts = managedParts(context, { vendor: "tidbcloud", account });
  return { ...parts, ...clientOf("serverless"), iam: clientOf("iam") };
}
