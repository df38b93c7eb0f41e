import { systemClock } from "../contract/clock.js";
import { bearerTokenProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import {
  type ApiClient,
  type ApiClientOptions,
  baseUrlOf,
  createApiClient,
  type VendorApi,
} from "../http/api-client.js";
import { type Authentication, basic } from "../http/authentication.js";
import type { HttpRequest, HttpResponse } from "../http/http-message.js";
import { asNonEmptyString, asObject, asObjects, asString, type JsonObject } from "../http/json.js";
import { type ExchangedToken, tokenExchange } from "../http/token-exchange.js";

const variables = "B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY";

/** The code of an error body: "duplicate_bucket_name". */
export function codeOf({ body }: Pick<HttpResponse, "body">): string | undefined {
  return asNonEmptyString(asObject(body)?.["code"]);
}

/** Backblaze B2's native API, version 4 (backblaze.com/apidocs, read 2026-11). */
export const backblazeApi: VendorApi = {
  baseUrl: "https://api.backblazeb2.com",
  variable: "B2_API_URL",
  // {"status": 400, "code": "duplicate_bucket_name", "message": "..."}
  errorText(body) {
    const { code, message } = asObject(body) ?? {};
    return [code, message].flatMap((part) => asNonEmptyString(part) ?? []).join(": ");
  },
  hints: {
    401: `Backblaze B2 refuses the key, or the key may not do this: check ${variables}, the credential or the provider's key`,
    403: "check the caps and the billing of the account in Backblaze's console",
    429: "the limit of requests is used up; run it again later",
  },
};

/** The calls that planton makes, and whether each one names the account in its body. */
const calls = {
  b2_create_bucket: true,
  b2_update_bucket: true,
  b2_delete_bucket: true,
  b2_list_buckets: true,
  b2_create_key: true,
  b2_list_keys: true,
  b2_delete_key: false,
  b2_list_file_versions: false,
  b2_delete_file_version: false,
  b2_cancel_large_file: false,
} as const;

const authorizePath = "/b2api/v4/b2_authorize_account";

/** The request of a call. B2 refuses fields that a call does not know, so that only some have the id of the account. */
export function callOf(name: keyof typeof calls, body: JsonObject): HttpRequest {
  return {
    method: "POST",
    path: `/b2api/v4/${name}`,
    // The token that the key is exchanged for says which account it is.
    body: calls[name] ? { accountId: "", ...body } : body,
    ...(name.startsWith("b2_list_") ? { repeatable: true } : {}),
  };
}

/** Both halves of an application key. */
export interface BackblazeKey {
  readonly keyId: string;
  readonly key: string;
}

/** What a key is exchanged for says of its account. */
export interface AccountFacts {
  readonly accountId: string;
  /** Endpoint for clients of S3: "https://s3.us-west-004.backblazeb2.com". */
  readonly s3ApiUrl: string | undefined;
  /** Address of downloads: "https://f004.backblazeb2.com". */
  readonly downloadUrl: string | undefined;
}

/** A client for one key. */
export interface BackblazeClient extends ApiClient {
  /** What the last exchange said; undefined before the first request. */
  readonly account: () => AccountFacts | undefined;
}

function keyProblem({ keyId, key }: BackblazeKey): PlantonErrorInit | undefined {
  const hint = `set ${variables}, or the provider's applicationKeyId and applicationKey`;
  if (keyId !== "" && key !== "") {
    return (
      bearerTokenProblem("Backblaze B2's key id", keyId, hint) ??
      bearerTokenProblem("Backblaze B2's application key", key, hint)
    );
  }
  return {
    code: "E_CREDENTIALS_MISSING",
    message: `no ${keyId === "" ? "key id (B2_APPLICATION_KEY_ID)" : "application key (B2_APPLICATION_KEY)"} for Backblaze B2`,
    hint,
  };
}

const keyHeader = (key: BackblazeKey): Authentication => basic(key.keyId, key.key, keyProblem(key));

const trimmed = ({ keyId, key }: BackblazeKey): BackblazeKey => ({
  keyId: trimCredential(keyId),
  key: trimCredential(key),
});

/** The facts in a response of b2_authorize_account; undefined when it has none. */
function accountIn(body: unknown): AccountFacts | undefined {
  const { accountId, apiInfo } = asObject(body) ?? {};
  const { s3ApiUrl, downloadUrl } = asObject(asObject(apiInfo)?.["storageApi"]) ?? {};
  const account = asNonEmptyString(accountId);
  return account === undefined
    ? undefined
    : { accountId: account, s3ApiUrl: asNonEmptyString(s3ApiUrl), downloadUrl: asNonEmptyString(downloadUrl) };
}

/** The token of b2_authorize_account, good for 24 hours at most, and the address that goes with the account. */
function tokenIn(body: unknown, accountId: string): ExchangedToken | undefined {
  const { authorizationToken, apiInfo } = asObject(body) ?? {};
  const authorization = asNonEmptyString(authorizationToken);
  const baseUrl = asNonEmptyString(asObject(asObject(apiInfo)?.["storageApi"])?.["apiUrl"]);
  if (authorization === undefined || baseUrl === undefined) return undefined;
  return { authorization, baseUrl, fields: { accountId } };
}

/** Opens a client with a key; half a key, and what cannot be one, is an E_CREDENTIALS_* at the first request. */
export function openBackblazeB2(given: BackblazeKey, options: ApiClientOptions): BackblazeClient {
  const key = trimmed(given);
  let account: AccountFacts | undefined;
  const authentication = tokenExchange({
    baseUrl: baseUrlOf(backblazeApi, options.env, options.baseUrl),
    path: authorizePath,
    key: keyHeader(key),
    tokenIn(body) {
      account = accountIn(body);
      return account && tokenIn(body, account.accountId);
    },
    isExpired: (response) => response.status === 401 && codeOf(response) === "expired_auth_token",
  });
  return { ...createApiClient(backblazeApi, authentication, options), account: () => account };
}

const keyIn = ({ application_key_id: keyId = "", application_key: key = "" }: VendorContext["credentials"]) =>
  trimmed({ keyId, key });

/** A client for what the runner asks beside the plugin. */
export function backblazeOf({ credentials, env, fetch }: VendorContext): BackblazeClient {
  return openBackblazeB2(keyIn(credentials), { env, fetch, clock: systemClock });
}

/** The account of the key (b2_authorize_account); undefined when the response does not say it. */
export async function accountOf({ credentials, env, fetch }: VendorContext): Promise<string | undefined> {
  const options = { env, fetch, clock: systemClock };
  const client = createApiClient(backblazeApi, keyHeader(keyIn(credentials)), options);
  return asString(asObject(await client.find(authorizePath))?.["accountId"]);
}

/** Whether B2 has a bucket or a key of that id; undefined when the key may not see it. */
export async function isListed(
  context: VendorContext,
  list: "buckets" | "keys",
  id: string,
): Promise<boolean | undefined> {
  const client = backblazeOf(context);
  const request =
    list === "buckets"
      ? callOf("b2_list_buckets", { bucketId: id })
      : callOf("b2_list_keys", { startApplicationKeyId: id, maxKeyCount: 1 });
  const response = await client.send(request);
  if (codeOf(response) === "unauthorized") return undefined;
  const name = list === "buckets" ? "bucketId" : "applicationKeyId";
  return asObjects(client.bodyOf(response)[list]).some((found) => found[name] === id);
}
