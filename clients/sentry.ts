import { systemClock } from "../contract/clock.js";
import { bearerTokenProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { bearer } from "../http/authentication.js";
import { type HttpRequest, isSuccess } from "../http/http-message.js";
import { asNonEmptyString, asObject, asObjects, asString, type JsonObject, listOf } from "../http/json.js";
import { listPages, nextInLink } from "../http/paged-list.js";

/** {"detail": "..."}, {"detail": {"message": "..."}}, or reasons by field: {"slug": ["..."]}. */
function errorText(body: unknown): string {
  const object = asObject(body) ?? {};
  const detail = asNonEmptyString(object["detail"]) ?? asString(asObject(object["detail"])?.["message"]);
  if (detail !== undefined) return detail;
  return Object.entries(object)
    .map(
      ([field, reasons]) => `${field}: ${(Array.isArray(reasons) ? listOf(reasons) : [reasons]).map(String).join(" ")}`,
    )
    .join("; ");
}

/** Sentry's API (docs.sentry.io/api, api.yaml of jianyuan/terraform-provider-sentry; read 2026-11). */
export const sentryApi: VendorApi = {
  baseUrl: "https://sentry.io/api",
  // The variable of Sentry's Terraform provider: "https://us.sentry.io/api/".
  variable: "SENTRY_BASE_URL",
  errorText,
  hints: {
    401: "Sentry refuses the token: check SENTRY_AUTH_TOKEN, the credential or the provider's token, and SENTRY_BASE_URL for a region or a Sentry of your own",
    403: "the token needs the scopes project:admin and team:admin",
    404: "check that organization and team exist, and that the token may see them",
    429: "Sentry's limit of requests is used up; run it again later",
  },
};

function tokenProblem(token: string): PlantonErrorInit | undefined {
  const hint = "set SENTRY_AUTH_TOKEN, or the provider's token, to one with the scopes project:admin and team:admin";
  if (token === "") return { code: "E_CREDENTIALS_MISSING", message: "no token for Sentry", hint };
  return bearerTokenProblem("Sentry's token", token, hint);
}

/** Opens a client with a token; one that cannot be a token is an E_CREDENTIALS_* at the first request. */
export function openSentry(token: string, options: ApiClientOptions): ApiClient {
  const trimmed = trimCredential(token);
  return createApiClient(sentryApi, bearer(trimmed, tokenProblem(trimmed)), options);
}

/** A client for what the runner asks beside the plugin. */
export function sentryOf({ credentials, env, fetch }: VendorContext): ApiClient {
  return openSentry(credentials["token"] ?? "", { env, fetch, clock: systemClock, baseUrl: credentials["base_url"] });
}

/** All objects of a list, by cursors (docs.sentry.io/api/pagination, read 2026-11). Throws as {@link listPages} does. */
export function listSentry(
  client: Pick<ApiClient, "send" | "errorOf">,
  path: string,
  wait: Pick<HttpRequest, "signal" | "deadlineMs" | "onWait"> = {},
): Promise<readonly JsonObject[]> {
  return listPages(client, {
    ...wait,
    path: (_page, cursor) => `${path}?per_page=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    items: (body) => (Array.isArray(body) ? asObjects(body) : undefined),
    next: ({ headers }) => nextInLink(headers.get("link"), "cursor"),
  });
}

/** The first organizations that the token sees; undefined when it may list none. Throws what `send` and `errorOf` give. */
export async function organizationsOf({ send, errorOf }: ApiClient): Promise<readonly JsonObject[] | undefined> {
  const response = await send({ method: "GET", path: "/0/organizations/" });
  if (response.status === 403) return undefined;
  if (!isSuccess(response)) throw errorOf(response);
  return asObjects(response.body);
}
