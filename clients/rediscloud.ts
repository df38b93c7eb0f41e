import { systemClock } from "../contract/clock.js";
import { bearerTokenProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { headerKeys } from "../http/authentication.js";
import type { HttpRequest } from "../http/http-message.js";
import { asNonEmptyString, asObject, type JsonObject } from "../http/json.js";

/** Redis Cloud's API (RedisLabs/rediscloud-go-api 1bb0c345, api.redislabs.com/v1/swagger-ui; read 2026-11). */
export const rediscloudApi: VendorApi = {
  baseUrl: "https://api.redislabs.com/v1",
  // The variable of Redis Cloud's Terraform provider.
  variable: "REDISCLOUD_URL",
  // {"message": "..."}, {"description": "..."} or {"error": "..."}
  errorText(body) {
    const { message, description, error } = asObject(body) ?? {};
    return asNonEmptyString(message) ?? asNonEmptyString(description) ?? asNonEmptyString(error) ?? "";
  },
  hints: {
    401: "Redis Cloud refuses the keys: check REDISCLOUD_ACCESS_KEY and REDISCLOUD_SECRET_KEY, the credential or the provider's keys",
    403: "enable the API of the account, and let this machine's address use the key, in Redis Cloud's access management",
    404: "check that the subscription exists, and that the keys are of its account",
    429: "Redis Cloud allows 400 requests a minute; wait and run it again",
  },
};

/** The two keys of a client. */
export interface RedisCloudKeys {
  /** Of the account. */
  readonly accessKey: string;
  /** Of a user. */
  readonly secretKey: string;
}

function keyProblem({ accessKey, secretKey }: RedisCloudKeys): PlantonErrorInit | undefined {
  const hint = "set REDISCLOUD_ACCESS_KEY and REDISCLOUD_SECRET_KEY, or the provider's keys, to those of Redis Cloud";
  if (accessKey === "" || secretKey === "") {
    const missing = accessKey === "" ? "access key" : "secret key";
    return { code: "E_CREDENTIALS_MISSING", message: `no ${missing} for Redis Cloud`, hint };
  }
  return (
    bearerTokenProblem("Redis Cloud's access key", accessKey, hint) ??
    bearerTokenProblem("Redis Cloud's secret key", secretKey, hint)
  );
}

/** Opens a client with two keys; what cannot be keys is an E_CREDENTIALS_* at the first request. */
export function openRedisCloud(given: RedisCloudKeys, options: ApiClientOptions): ApiClient {
  const keys = { accessKey: trimCredential(given.accessKey), secretKey: trimCredential(given.secretKey) };
  const headers = { "x-api-key": keys.accessKey, "x-api-secret-key": keys.secretKey };
  return createApiClient(rediscloudApi, headerKeys(headers, keyProblem(keys)), options);
}

/** A client for what the runner asks beside the plugin. */
export function rediscloudOf({ credentials, env, fetch }: VendorContext): ApiClient {
  const keys = { accessKey: credentials["access_key"] ?? "", secretKey: credentials["secret_key"] ?? "" };
  return openRedisCloud(keys, { env, fetch, clock: systemClock, baseUrl: credentials["base_url"] });
}

const pageSize = 100;

/**
 * All objects of a list, which responds with 404 after its end (rediscloud-go-api, service/fixed/databases/service.go, read
 * 2026-11). `items` takes them out of a body. Throws what `send` and `bodyOf` give.
 */
export async function listRedisCloud(
  { send, bodyOf }: Pick<ApiClient, "send" | "bodyOf">,
  path: string,
  items: (body: JsonObject) => readonly JsonObject[],
  wait: Pick<HttpRequest, "signal" | "deadlineMs" | "onWait"> = {},
): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const response = await send({ method: "GET", path: `${path}?offset=${offset}&limit=${pageSize}`, ...wait });
    if (response.status === 404) return all;
    const found = items(bodyOf(response));
    all.push(...found);
    if (found.length < pageSize) return all;
  }
}
