import { systemClock } from "../contract/clock.js";
import { bearerTokenProblem, credentialProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { Credentials, VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { type Authentication, bearer, headerKeys } from "../http/authentication.js";
import type { HttpRequest } from "../http/http-message.js";
import { asNumber, asObject, asObjects, asString, type JsonObject } from "../http/json.js";

const tokensUrl = "https://dash.cloudflare.com/profile/api-tokens";

/** Errors that say that the credentials themselves are wrong, whatever the status (Cloudflare's API, read 2026-11). */
const refusedCodes: ReadonlySet<number> = new Set([1000, 1001, 6003, 9103, 9106]);

/** Cloudflare's API (developers.cloudflare.com/api and the OpenAPI document of cloudflare/api-schemas, read 2026-11). */
export const cloudflareApi: VendorApi = {
  baseUrl: "https://api.cloudflare.com/client/v4",
  // The variable of Cloudflare's Terraform provider and SDKs; its value ends in /client/v4 too.
  variable: "CLOUDFLARE_BASE_URL",
  // {"success": false, "errors": [{"code": 10014, "message": "..."}], "messages": [], "result": null}
  errorText: (body) =>
    cloudflareErrors(body)
      .map(({ code, message }) => (code === undefined ? message : `${message} (${code})`))
      .join("; "),
  requestId({ headers }) {
    const ray = headers.get("cf-ray");
    return ray === null ? undefined : `ray "${ray}"`;
  },
  hints: {
    401: `Cloudflare refuses the credentials; make a new token: ${tokensUrl}`,
    403: "the token may not do this, or not in this account: give it the permission, or use another one",
  },
  isRefusal: ({ status, body }) =>
    status === 401 ||
    cloudflareErrors(body).some(
      ({ code, message }) => refusedCodes.has(code ?? 0) || /^invalid access token$/i.test(message),
    ),
  isFailure: (body) => body["success"] === false,
};

/** The errors that a response's body holds. */
export function cloudflareErrors(
  body: unknown,
): readonly { readonly code: number | undefined; readonly message: string }[] {
  return asObjects(asObject(body)?.["errors"]).map(({ code, message }) => ({
    code: asNumber(code),
    message: asString(message) ?? "",
  }));
}

function authenticationOf(credentials: Credentials): Authentication {
  const [token, key, email] = ["api_token", "api_key", "email"].map((name) => trimCredential(credentials[name] ?? ""));
  if (token !== "") {
    const hint = `set CLOUDFLARE_API_TOKEN, or the provider's api_token, to a token: ${tokensUrl}`;
    return bearer(token ?? "", bearerTokenProblem("Cloudflare's API token", token ?? "", hint));
  }
  return headerKeys({ "x-auth-key": key ?? "", "x-auth-email": email ?? "" }, keyProblem(key ?? "", email ?? ""));
}

function keyProblem(key: string, email: string): PlantonErrorInit | undefined {
  if (key === "" || email === "") {
    const hint = `set CLOUDFLARE_API_TOKEN to a token, which you make at ${tokensUrl}`;
    const message =
      key === "" ? "no credentials for Cloudflare" : "Cloudflare's API key needs the e-mail address of its user";
    return { code: "E_CREDENTIALS_MISSING", message, hint };
  }
  return (
    credentialProblem("Cloudflare's API key", key) ?? credentialProblem("the e-mail address of the API key", email)
  );
}

/** Opens a client; credentials that cannot be any are an E_CREDENTIALS_* at the first request. */
export function openCloudflare(credentials: Credentials, options: ApiClientOptions): ApiClient {
  return createApiClient(cloudflareApi, authenticationOf(credentials), options);
}

/** A client for what the runner asks beside the plugin. */
export function cloudflareOf({ credentials, env, fetch }: VendorContext): ApiClient {
  return openCloudflare(credentials, { env, fetch, clock: systemClock });
}

/** Most items per page that every list of Cloudflare's gives (parameter per_page). */
const itemsPerPage = 50;

/** All objects of a paged list: `listAll(client, "/accounts")`. Throws like `call`. */
export async function listAll(
  { call }: Pick<ApiClient, "call">,
  path: string,
  request: Pick<HttpRequest, "signal"> = {},
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  const separator = path.includes("?") ? "&" : "?";
  for (let page = 1; ; page += 1) {
    const query = `${separator}page=${page}&per_page=${itemsPerPage}`;
    const body = await call({ method: "GET", path: `${path}${query}`, ...request });
    const items = asObjects(body["result"]);
    found.push(...items);
    // Some lists say how many pages there are, some only how many items; none gives more than it was asked for.
    const info = asObject(body["result_info"]);
    // A list that is not paged says nothing of pages, and gives all of it each time.
    if (info === undefined) return found;
    const total = asNumber(info["total_count"]);
    const isLast = total === undefined ? items.length < itemsPerPage : found.length >= total;
    if (isLast || items.length === 0) return found;
  }
}

/** The object of a response: what is below "result". */
export function resultOf(body: JsonObject): JsonObject {
  return asObject(body["result"]) ?? {};
}
