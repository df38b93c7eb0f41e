import { PlantonError } from "../../contract/planton-error.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { configText } from "../kit/config-values.js";
import { createHttpClient } from "../kit/http-client.js";
import { createIntentStore, intentFolder } from "../kit/intent-store.js";
import { type Environment, isSandbox, pollPace } from "../kit/poll-pace.js";
import { text } from "../kit/property-types.js";
import type { PropertyMap } from "../kit/property-value.js";
import type { ConfigDeclaration, ProviderSurroundings } from "../kit/provider.js";
import { addressProblem } from "../kit/secure-address.js";
import { createDopplerApi, type DopplerApi } from "./doppler-api.js";

const defaultHost = "https://api.doppler.com";

/** Configuration keys of the provider; the environment stands in for what is missing. */
export const providerConfig = {
  token: {
    type: text,
    secret: true,
    description:
      "Token with read and write access to the configs: of a service or a service account. Default: DOPPLER_TOKEN.",
  },
  host: { type: text, fixed: true, description: `Address of the API. Default: DOPPLER_API_HOST, ${defaultHost}.` },
} as const satisfies Record<string, ConfigDeclaration>;

function hostOf(config: PropertyMap, env: Environment): string {
  return (configText(config, "host") ?? (env["DOPPLER_API_HOST"] || defaultHost)).replace(/\/+$/, "");
}

/** Refuses an API address at which the token or an answer would not be safe; what is not known yet is looked at later. */
export function checkHost(config: PropertyMap, { env }: ProviderSurroundings): readonly CheckFailure[] {
  if (typeof config["host"] === "symbol") return [];
  const reason = addressProblem(hostOf(config, env), defaultHost);
  return reason === undefined ? [] : [{ property: "host", reason }];
}

function tokenOf(config: PropertyMap, env: Environment): () => string {
  const token = (configText(config, "token") ?? env["DOPPLER_TOKEN"] ?? "").trim();
  return () => {
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new PlantonError({
      code: "E_CREDENTIALS_MISSING",
      message:
        token === "" ? "no token for Doppler" : "what is given as Doppler's token is none: it has spaces or the like",
      hint: "set DOPPLER_TOKEN, or the provider's token, to a service token with read and write access (dp.st....)",
    });
  };
}

/** A client for the resources of one connection. Throws E_VENDOR when the address is not safe. */
export function configureApi(
  config: PropertyMap,
  { env, fetch, clock, warn = async () => {} }: ProviderSurroundings,
): DopplerApi {
  const baseUrl = hostOf(config, env);
  const problem = addressProblem(baseUrl, defaultHost);
  if (problem !== undefined) throw new PlantonError({ code: "E_VENDOR", message: `host: ${problem}` });
  const token = tokenOf(config, env);
  const client = createHttpClient({
    baseUrl,
    token,
    fetch,
    clock,
    retryMax: 4,
    retryWaitMinMs: isSandbox(env) ? 20 : 500,
    retryWaitMaxMs: isSandbox(env) ? 200 : 15_000,
    requestTimeoutMs: 60_000,
    spacingMs: 0,
    userAgent: "planton-doppler",
  });
  // Not the token, which may be another one in the next run: a record proves itself by the value that was written.
  const intents = createIntentStore(intentFolder(env), { vendor: "doppler", account: baseUrl });
  return createDopplerApi(client, { clock, pace: pollPace(env), intents, warn });
}
