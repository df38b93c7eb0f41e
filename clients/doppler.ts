import { systemClock } from "../contract/clock.js";
import { bearerTokenProblem, trimCredential } from "../contract/credential-form.js";
import type { PlantonErrorInit } from "../contract/planton-error.js";
import type { VendorContext } from "../contract/vendor.js";
import { type ApiClient, type ApiClientOptions, createApiClient, type VendorApi } from "../http/api-client.js";
import { bearer } from "../http/authentication.js";
import { asObject, asStrings } from "../http/json.js";

const accessHint =
  "the token needs read and write access to the project and the config; a service token is for one config alone";

/** Doppler's API (docs.doppler.com/reference, DopplerHQ/terraform-provider-doppler, read 2026-11). */
export const dopplerApi: VendorApi = {
  baseUrl: "https://api.doppler.com",
  // The variable of Doppler's own CLI and Terraform provider.
  variable: "DOPPLER_API_HOST",
  // {"messages": [...], "success": false}
  errorText: (body) => asStrings(asObject(body)?.["messages"]).join("; "),
  hints: {
    400: accessHint,
    401: "Doppler refuses the token, which may be revoked or expired: check DOPPLER_TOKEN, the credential or the provider's token",
    403: accessHint,
    404: "check that the project and the config exist, and that the token may see them",
    429: "the limit of requests is used up; run it again later",
  },
  isForbidden: (response) =>
    response.status === 403 || (response.status === 400 && noAccess.test(dopplerApi.errorText(response.body))),
  isFailure: (body) => body["success"] === false,
};

/** What a token that belongs to one config says of every other one (DopplerHQ/vscode #31, read 2026-11). */
const noAccess = /does not have access/i;

function tokenProblem(token: string): PlantonErrorInit | undefined {
  const hint = "set DOPPLER_TOKEN, or the provider's token, to a service token with read and write access (dp.st....)";
  if (token === "") return { code: "E_CREDENTIALS_MISSING", message: "no token for Doppler", hint };
  return bearerTokenProblem("what is given as Doppler's token is no token: it", token, hint);
}

/** Opens a client with a token; one that cannot be a token is an E_CREDENTIALS_* at the first request. */
export function openDoppler(token: string, options: ApiClientOptions): ApiClient {
  const trimmed = trimCredential(token);
  return createApiClient(dopplerApi, bearer(trimmed, tokenProblem(trimmed)), options);
}

/** A client for what the runner asks beside the plugin. */
export function dopplerOf({ credentials, env, fetch }: VendorContext): ApiClient {
  return openDoppler(credentials["token"] ?? "", { env, fetch, clock: systemClock });
}
