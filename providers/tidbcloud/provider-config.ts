import type { DigestCredentials } from "../../contract/http-digest.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { configText } from "../kit/config-values.js";
import { createDigestClient } from "../kit/digest-client.js";
import type { DigestNonces } from "../kit/digest-nonces.js";
import type { HttpClient } from "../kit/http-client.js";
import { createIntentStore, intentFolder } from "../kit/intent-store.js";
import { type Environment, isSandbox, pollPace } from "../kit/poll-pace.js";
import { between } from "../kit/property-rules.js";
import { integer, text } from "../kit/property-types.js";
import type { PropertyMap } from "../kit/property-value.js";
import type { ConfigDeclaration, ProviderSurroundings } from "../kit/provider.js";
import type { RateLimiter } from "../kit/rate-limiter.js";
import { addressProblem } from "../kit/secure-address.js";
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

/** Environment variable and vendor's address of each endpoint. */
const endpoints = {
  serverlessEndpoint: { variable: "TIDBCLOUD_SERVERLESS_ENDPOINT", address: "https://serverless.tidbapi.com" },
  iamEndpoint: { variable: "TIDBCLOUD_IAM_ENDPOINT", address: "https://iam.tidbapi.com" },
} as const;

/** What all connections to the plugin share. */
export interface SharedByKey {
  /** One limiter for each key. */
  limiter(publicKey: string): RateLimiter;
  /** One nonce for each origin and key. */
  nonces(origin: string, publicKey: string): DigestNonces;
}

function endpointOf(config: PropertyMap, env: Environment, name: keyof typeof endpoints): string {
  const { variable, address } = endpoints[name];
  return (configText(config, name) ?? (env[variable] || address)).replace(/\/+$/, "");
}

/** Refuses API addresses at which a key or an answer would not be safe; what is not known yet is looked at later. */
export function checkEndpoints(config: PropertyMap, { env }: ProviderSurroundings): readonly CheckFailure[] {
  const names: readonly (keyof typeof endpoints)[] = ["serverlessEndpoint", "iamEndpoint"];
  return names.flatMap((property) => {
    if (typeof config[property] === "symbol") return [];
    const reason = addressProblem(endpointOf(config, env, property), endpoints[property].address);
    return reason === undefined ? [] : [{ property, reason }];
  });
}

function credentialsOf(config: PropertyMap, env: Environment): () => DigestCredentials {
  const username = configText(config, "publicKey") ?? env["TIDBCLOUD_PUBLIC_KEY"] ?? "";
  const password = configText(config, "privateKey") ?? env["TIDBCLOUD_PRIVATE_KEY"] ?? "";
  return () => {
    if (username !== "" && password !== "") return { username, password };
    throw new PlantonError({
      code: "E_CREDENTIALS_MISSING",
      message: `no ${username === "" ? "public" : "private"} key for TiDB Cloud`,
      hint: "set TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY, or the provider's publicKey and privateKey",
    });
  };
}

/** A client for the resources of one connection. Throws E_VENDOR when an address is not safe. */
export function configureApi(
  config: PropertyMap,
  { env, fetch, clock, warn = async () => {} }: ProviderSurroundings,
  shared: SharedByKey,
): TidbCloudApi {
  const publicKey = configText(config, "publicKey") ?? env["TIDBCLOUD_PUBLIC_KEY"] ?? "";
  const limiter = shared.limiter(publicKey);
  const perMinute = config["maxRequestsPerMinute"];
  if (typeof perMinute === "number") limiter.restrict(perMinute);
  const clientOf = (name: keyof typeof endpoints): HttpClient => {
    const baseUrl = endpointOf(config, env, name);
    const problem = addressProblem(baseUrl, endpoints[name].address);
    if (problem !== undefined) throw new PlantonError({ code: "E_VENDOR", message: `${name}: ${problem}` });
    return createDigestClient({
      baseUrl,
      credentials: credentialsOf(config, env),
      nonces: shared.nonces(new URL(baseUrl).origin, publicKey),
      limiter,
      fetch,
      clock,
      retry: {
        retryMax: 4,
        retryWaitMinMs: isSandbox(env) ? 20 : 500,
        retryWaitMaxMs: isSandbox(env) ? 200 : 15_000,
        repeatsPatch: true,
      },
      requestTimeoutMs: 60_000,
      userAgent: "planton-tidbcloud",
    });
  };
  const clients = { serverless: clientOf("serverlessEndpoint"), iam: clientOf("iamEndpoint") };
  const account = `${endpointOf(config, env, "serverlessEndpoint")}\0${publicKey}`;
  const intents = createIntentStore(intentFolder(env), { vendor: "tidbcloud", account });
  return createTidbCloudApi(clients, { clock, pace: pollPace(env), intents, warn });
}
