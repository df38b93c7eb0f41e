import { userInfo } from "node:os";
import { join } from "node:path";
import type { DigestCredentials } from "../../contract/http-digest.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { createDigestClient } from "../kit/digest-client.js";
import type { DigestNonces } from "../kit/digest-nonces.js";
import type { HttpClient } from "../kit/http-client.js";
import { between } from "../kit/property-rules.js";
import { integer, text } from "../kit/property-types.js";
import type { PropertyMap } from "../kit/property-value.js";
import type { ConfigDeclaration, ProviderSurroundings } from "../kit/provider.js";
import type { RateLimiter } from "../kit/rate-limiter.js";
import { isSecureAddress } from "../kit/secure-address.js";
import { createIntentStore } from "./intent-store.js";
import { type Environment, isSandbox, pollPace } from "./poll-pace.js";
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

function textOf(config: PropertyMap, name: string): string | undefined {
  const value = config[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function endpointOf(config: PropertyMap, env: Environment, name: keyof typeof endpoints): string {
  const { variable, address } = endpoints[name];
  return (textOf(config, name) ?? (env[variable] || address)).replace(/\/+$/, "");
}

function endpointProblem(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return "expected an address such as https://serverless.tidbapi.com";
  const { username, password, search, hash } = new URL(endpoint);
  if (username !== "" || password !== "") return "expected an address without user and password";
  if (search !== "" || hash !== "") return "expected an address without query and fragment";
  if (isSecureAddress(endpoint)) return undefined;
  return `expected an https address (http for this machine alone), got "${endpoint}"`;
}

/** Refuses API addresses at which a key or an answer would not be safe; what is not known yet is looked at later. */
export function checkEndpoints(config: PropertyMap, { env }: ProviderSurroundings): readonly CheckFailure[] {
  const names: readonly (keyof typeof endpoints)[] = ["serverlessEndpoint", "iamEndpoint"];
  return names.flatMap((property) => {
    if (typeof config[property] === "symbol") return [];
    const reason = endpointProblem(endpointOf(config, env, property));
    return reason === undefined ? [] : [{ property, reason }];
  });
}

function credentialsOf(config: PropertyMap, env: Environment): () => DigestCredentials {
  const username = textOf(config, "publicKey") ?? env["TIDBCLOUD_PUBLIC_KEY"] ?? "";
  const password = textOf(config, "privateKey") ?? env["TIDBCLOUD_PRIVATE_KEY"] ?? "";
  return () => {
    if (username !== "" && password !== "") return { username, password };
    throw new PlantonError({
      code: "E_CREDENTIALS_MISSING",
      message: `no ${username === "" ? "public" : "private"} key for TiDB Cloud`,
      hint: "set TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY, or the provider's publicKey and privateKey",
    });
  };
}

function intentFolder(env: Environment): string {
  const home = env["PLANTON_HOME"] || join(env["HOME"] || userInfo().homedir, ".planton");
  return join(home, "intents");
}

/** A client for the resources of one connection. Throws E_VENDOR when an address is not safe. */
export function configureApi(
  config: PropertyMap,
  { env, fetch, clock, warn = async () => {} }: ProviderSurroundings,
  shared: SharedByKey,
): TidbCloudApi {
  const publicKey = textOf(config, "publicKey") ?? env["TIDBCLOUD_PUBLIC_KEY"] ?? "";
  const limiter = shared.limiter(publicKey);
  const perMinute = config["maxRequestsPerMinute"];
  if (typeof perMinute === "number") limiter.restrict(perMinute);
  const clientOf = (name: keyof typeof endpoints): HttpClient => {
    const baseUrl = endpointOf(config, env, name);
    const problem = endpointProblem(baseUrl);
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
  const intents = createIntentStore(intentFolder(env), account);
  return createTidbCloudApi(clients, { clock, pace: pollPace(env), intents, warn });
}
