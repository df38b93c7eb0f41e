import { systemClock } from "../contract/clock.js";
import { credentialProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { createDigestNonces, type DigestNonces, digest } from "../http/digest/digest-authentication.js";
import type { HttpRequest } from "../http/http-message.js";
import { asNonEmptyString, asObject, type JsonObject } from "../http/json.js";
import { listIn, listPages } from "../http/paged-list.js";

const keysUrl = "https://tidbcloud.com/org-settings/api-keys";
const keyVariables = "TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY";

const shared: Omit<VendorApi, "baseUrl" | "variable"> = {
  // google.rpc.Status has a message, the IAM API a prefix and an error.
  errorText(body) {
    const { message, msgPrefix, error } = asObject(body) ?? {};
    return (
      asNonEmptyString(message) ?? [msgPrefix, error].filter((part) => asNonEmptyString(part) !== undefined).join(": ")
    );
  },
  requestId({ headers }) {
    const trace = headers.get("x-debug-trace-id");
    return trace === null ? undefined : `trace "${trace}"`;
  },
  hints: {
    401: `TiDB Cloud refuses the key pair: check ${keyVariables}, the credential or the provider's keys, or make a new pair: ${keysUrl}`,
    403: "check that the API key has the right for it, and that the project and the id exist",
    429: "the key's limit of requests per minute is used up; run it again later, or with fewer at once",
  },
};

/**
 * TiDB Cloud's APIs, each on a host of its own (cluster.swagger.json and iam.swagger.json of tidbcloud-cli 19aea6a,
 * 2026-05).
 */
export const tidbCloudApis = {
  serverless: { ...shared, baseUrl: "https://serverless.tidbapi.com", variable: "TIDBCLOUD_SERVERLESS_ENDPOINT" },
  iam: { ...shared, baseUrl: "https://iam.tidbapi.com", variable: "TIDBCLOUD_IAM_ENDPOINT" },
} as const satisfies Record<string, VendorApi>;

/** Path of both APIs below their base URLs. */
export const apiPath = "/v1beta1";

/** Both halves of an API key. */
export interface TidbCloudKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Which list is read. */
interface ListRequest extends Pick<HttpRequest, "signal" | "deadlineMs"> {
  readonly path: string;
  /** Name of the list in the body. */
  readonly items: string;
  readonly filter?: string | undefined;
}

/** A client of one of the APIs. */
export interface TidbCloudClient extends ApiClient {
  /** All objects of a list, whatever the number of pages. */
  list(request: ListRequest): Promise<readonly JsonObject[]>;
}

const pageSize = 100;

function listAll(client: ApiClient, { path, items, filter, ...wait }: ListRequest) {
  const query = [`pageSize=${pageSize}`, ...(filter === undefined ? [] : [`filter=${encodeURIComponent(filter)}`])];
  return listPages(client, {
    ...wait,
    path: (_page, token) =>
      `${path}?${[...query, ...(token === "" ? [] : [`pageToken=${encodeURIComponent(token)}`])].join("&")}`,
    items: listIn(items),
    next: ({ body }) => asNonEmptyString(asObject(body)?.["nextPageToken"]),
  });
}

function keyProblem({ publicKey, privateKey }: TidbCloudKey): PlantonErrorInit | undefined {
  if (publicKey !== "" && privateKey !== "") {
    return (
      credentialProblem("TiDB Cloud's public key", publicKey) ??
      credentialProblem("TiDB Cloud's private key", privateKey)
    );
  }
  return {
    code: "E_CREDENTIALS_MISSING",
    message: `no ${publicKey === "" ? "public key (TIDBCLOUD_PUBLIC_KEY)" : "private key (TIDBCLOUD_PRIVATE_KEY)"} for TiDB Cloud`,
    hint: `set ${keyVariables}, or the provider's publicKey and privateKey; keys are made at ${keysUrl}`,
  };
}

/** Opens a client of one of the APIs; half a key, and what cannot be one, is an E_CREDENTIALS_* at the first request. */
export function openTidbCloud(
  api: keyof typeof tidbCloudApis,
  given: TidbCloudKey,
  { nonces = createDigestNonces(), ...options }: ApiClientOptions & { readonly nonces?: DigestNonces },
): TidbCloudClient {
  const key = { publicKey: trimCredential(given.publicKey), privateKey: trimCredential(given.privateKey) };
  const credentials = { username: key.publicKey, password: key.privateKey };
  const authentication = digest({ credentials, nonces, clock: options.clock, problem: keyProblem(key) });
  const client = createApiClient(tidbCloudApis[api], authentication, options);
  return { ...client, list: (request) => listAll(client, request) };
}

/** A client for what the runner asks beside the plugin. */
export function tidbCloudOf(
  api: keyof typeof tidbCloudApis,
  { credentials, env, fetch }: VendorContext,
): TidbCloudClient {
  const key = { publicKey: credentials["public_key"] ?? "", privateKey: credentials["private_key"] ?? "" };
  return openTidbCloud(api, key, { env, fetch, clock: systemClock });
}
