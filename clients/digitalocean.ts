import { systemClock } from "../contract/clock.js";
import { credentialProblem, trimCredential } from "../contract/credential-form.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { bearer } from "../http/authentication.js";
import type { HttpRequest } from "../http/http-message.js";
import { asNonEmptyString, asObject, asString, type JsonObject } from "../http/json.js";
import { listIn, listPages } from "../http/paged-list.js";

const tokensUrl = "https://cloud.digitalocean.com/account/api/tokens";

/** DigitalOcean's API (its OpenAPI document, revision 7c1300c4). */
export const digitalOceanApi: VendorApi = {
  baseUrl: "https://api.digitalocean.com",
  variable: "DIGITALOCEAN_API_URL",
  errorText: (body) => asString(asObject(body)?.["message"]) ?? "",
  requestId({ body }) {
    const id = asString(asObject(body)?.["request_id"]);
    return id === undefined ? undefined : `request "${id}"`;
  },
  hints: {
    401: `DigitalOcean refuses the token; make a new token with read and write scope: ${tokensUrl}`,
    403: "the token may not see this: use one with read and write scope for it",
  },
};

/** Most items per page that DigitalOcean gives (parameter per_page). */
const itemsPerPage = 200;

/** Opens a client with a token; one that cannot be a token is an E_CREDENTIALS_* at the first request. */
export function openDigitalOcean(given: string, options: ApiClientOptions): ApiClient {
  const token = trimCredential(given);
  const missing = {
    code: "E_CREDENTIALS_MISSING",
    message: "no token for the DigitalOcean API",
    hint: "set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN, or the provider's token",
  } as const;
  const refused = credentialProblem("DigitalOcean's token", token);
  return createApiClient(digitalOceanApi, bearer(token, token === "" ? missing : refused), options);
}

/** A client for what the runner asks beside the plugin. */
export function digitalOceanOf({ credentials, env, fetch }: VendorContext): ApiClient {
  return openDigitalOcean(credentials["api_token"] ?? "", { env, fetch, clock: systemClock });
}

/** All objects of a paged list: `listAll(client, { path: "/v2/vpcs", key: "vpcs" })`. Throws as {@link listPages} does. */
export function listAll(
  client: Pick<ApiClient, "send" | "errorOf">,
  { path, key, ...request }: { readonly path: string; readonly key: string } & Pick<HttpRequest, "signal">,
): Promise<readonly JsonObject[]> {
  return listPages(client, {
    ...request,
    path: (page) => `${path}?page=${page}&per_page=${itemsPerPage}`,
    items: listIn(key),
    next: ({ body }) => asNonEmptyString(asObject(asObject(asObject(body)?.["links"])?.["pages"])?.["next"]),
  });
}
