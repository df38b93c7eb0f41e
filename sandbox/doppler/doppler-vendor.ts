import { isJsonObject } from "../kit/json-fields.js";
import { Refusal } from "../kit/refusal.js";
import { type Answer, defineVendor, type RawRequest, type Route, type SandboxVendor } from "../kit/sandbox-vendor.js";
import { errorBody, messages, noAccess } from "./messages.js";
import { readSecret, secretNames, serviceToken, tokenScope } from "./secrets.js";

/** Nothing that callers can change is kept: the service token may only read. */
interface DopplerState {
  readonly version: 1;
}

/**
 * The stand-in of Doppler's API as far as secrets are read by it: one project with one config and a service token for it.
 * docs.doppler.com/reference: "Retrieve" and "List Names" of Secrets (read 2026-11).
 */
export const dopplerVendor: SandboxVendor = defineVendor<DopplerState, undefined>({
  name: "doppler",
  pathPrefixes: ["/v3"],
  routes: [route("/v3/configs/config/secret", retrieve), route("/v3/configs/config/secrets/names", listNames)],
  initialState: () => ({ version: 1 }),
  acceptsState: (value): value is DopplerState => isJsonObject(value) && value["version"] === 1,
  authenticate,
  errorBody,
  headers: (requestId) => ({ "x-request-id": requestId }),
  countObjects: () => ({ secrets: 0 }),
  environment: (baseUrl) => ({ DOPPLER_API_HOST: baseUrl, DOPPLER_TOKEN: serviceToken }),
});

function route(path: string, answer: (query: URLSearchParams) => Answer): Route<DopplerState, undefined> {
  return {
    method: "GET",
    path,
    handle({ query }) {
      checkScope(query, "project");
      checkScope(query, "config");
      return answer(query);
    },
  };
}

/** A bearer token, or the user name of Basic authorization, as Doppler's Terraform provider sends it. */
function authenticate({ authorization }: RawRequest): undefined {
  const [scheme = "", value = ""] = authorization.split(/\s+/);
  if (value === "") throw new Refusal(401, messages.noToken);
  const isBasic = scheme.toLowerCase() === "basic";
  const token = isBasic ? Buffer.from(value, "base64").toString("utf8").split(":")[0] : value;
  if (token !== serviceToken) throw new Refusal(401, messages.token);
}

/** A service token knows its config: without the parameters that one is meant, another one is refused, there or not. */
function checkScope(query: URLSearchParams, what: "project" | "config"): void {
  const asked = query.get(what);
  if (asked !== null && asked !== tokenScope[what]) throw new Refusal(400, noAccess(what, asked));
}

/** A secret that is not there is a success with nulls (DopplerHQ/terraform-provider-doppler #138, 2025-05). */
function retrieve(query: URLSearchParams): Answer {
  const name = query.get("name");
  if (!name) throw new Refusal(400, messages.name);
  const found = readSecret(name);
  const kind = found === undefined ? null : { type: "string" };
  const visibility = found === undefined ? null : "masked";
  const value = {
    raw: found?.raw ?? null,
    computed: found?.computed ?? null,
    rawVisibility: visibility,
    computedVisibility: visibility,
    rawValueType: kind,
    computedValueType: kind,
    note: found === undefined ? null : "",
  };
  // As text, not as body: bodies stand in the request log.
  return { status: 200, text: JSON.stringify({ name, value, success: true }) };
}

function listNames(): Answer {
  return { status: 200, body: { names: secretNames, success: true } };
}
