import { openTidbCloud, type TidbCloudClient, type TidbCloudKey, tidbCloudApis } from "../../clients/tidbcloud.js";
import { baseUrlOf } from "../../http/api-client.js";
import type { DigestNonces } from "../../http/digest/digest-authentication.js";
import type { MinuteLimit } from "../../http/rate-limit.js";
import { pluginRetries } from "../../http/retry.js";
import { baseUrlProblem } from "../../http/secure-url.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { configText } from "../kit/config-values.js";
import { createIntentStore, intentFolder } from "../kit/intent-store.js";
import { type Environment, pollPace } from "../kit/poll-pace.js";
import { between } from "../kit/property-rules.js";
import { integer, text } from "../kit/property-types.js";
import type { PropertyMap } from "../kit/property-value.js";
import type { ConfigDeclaration, ProviderSurroundings } from "../kit/provider.js";
import { createTidbCloudApi, type TidbCloudApi } from "./tidbcloud-api.js";

/** Configuration keys of the provider; the environment stands in for what is missing. */
export const providerConfig = {
  publicKey: { type: text, description: "Public half of the API key. Default: TIDBCLOUD_PUBLIC_KEY." },
  privateKey: { type: text, secret: true, description: "Private half of the API key. Default: TIDBCLOUD_PRIVATE_KEY." },
  serverlessEndpoint: {
    type: text,
    fixed: true,
    description:
      "Address of the serverless API. Default: TIDBCLOUD_SERVERLESS_ENDPOINT, https://serverless.tidbapi.com.",
  },
  iamEndpoint: {
    type: text,
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
  /** One limit for each key. */
  limit(publicKey: string): MinuteLimit;
  /** One nonce for each origin and key. */
  nonces(origin: string, publicKey: string): DigestNonces;
}

function endpointOf(config: PropertyMap, env: Environment, api: ApiName): string {
  return baseUrlOf(tidbCloudApis[api], env, configText(config, endpoints[api]));
}

/** Refuses base URLs at which a key would not be safe; what is not known yet is checked later. */
export function checkEndpoints(config: PropertyMap, { env }: ProviderSurroundings): readonly CheckFailure[] {
  const apis: readonly ApiName[] = ["serverless", "iam"];
  return apis.flatMap((api) => {
    const property = endpoints[api];
    if (typeof config[property] === "symbol") return [];
    const reason = baseUrlProblem(endpointOf(config, env, api));
    return reason === undefined ? [] : [{ property, reason }];
  });
}

/** A client for the resources of one connection. Throws E_VENDOR when a base URL is not safe. */
export function configureApi(
  config: PropertyMap,
  { env, fetch, clock, warn = async () => {} }: ProviderSurroundings,
  shared: SharedByKey,
): TidbCloudApi {
  const key: TidbCloudKey = {
    publicKey: configText(config, "publicKey") ?? env["TIDBCLOUD_PUBLIC_KEY"] ?? "",
    privateKey: configText(config, "privateKey") ?? env["TIDBCLOUD_PRIVATE_KEY"] ?? "",
  };
  const limit = shared.limit(key.publicKey);
  const perMinute = config["maxRequestsPerMinute"];
  if (typeof perMinute === "number") limit.restrict(perMinute);
  const clientOf = (api: ApiName): TidbCloudClient => {
    const baseUrl = endpointOf(config, env, api);
    return openTidbCloud(api, key, {
      env,
      fetch,
      clock,
      baseUrl,
      nonces: shared.nonces(URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl, key.publicKey),
      limit,
      retry: { ...pluginRetries(env), repeatsPatch: true },
      timeoutMs: 60_000,
      userAgent: "planton-tidbcloud",
    });
  };
  const clients = { serverless: clientOf("serverless"), iam: clientOf("iam") };
  const account = `${endpointOf(config, env, "serverless")}\0${key.publicKey}`;
  const intents = createIntentStore(intentFolder(env), { vendor: "tidbcloud", account });
  return createTidbCloudApi(clients, { clock, pace: pollPace(env), intents, warn });
}
