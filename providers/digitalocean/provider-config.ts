import { digitalOceanApi, openDigitalOcean } from "../../clients/digitalocean.js";
import { PlantonError } from "../../contract/planton-error.js";
import { baseUrlOf } from "../../http/api-client.js";
import { spacedBy } from "../../http/rate-limit.js";
import { isLoopbackUrl } from "../../http/secure-url.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { configText } from "../kit/config-values.js";
import { pollPace } from "../kit/poll-pace.js";
import { between } from "../kit/property-rules.js";
import { decimal, integer, text } from "../kit/property-types.js";
import type { PropertyMap } from "../kit/property-value.js";
import type { ConfigDeclaration, ProviderSurroundings } from "../kit/provider.js";
import { createDigitalOceanApi, type DigitalOceanApi } from "./digitalocean-api.js";
import { retryPolicy } from "./retry-policy.js";

/** Configuration keys of `@pulumi/digitalocean` 4.80.1. */
export const providerConfig = {
  apiEndpoint: { type: text },
  httpRetryMax: { type: integer, check: between(0, 100) },
  httpRetryWaitMax: { type: decimal, check: between(0, 3600) },
  httpRetryWaitMin: { type: decimal, check: between(0, 3600) },
  requestsPerSecond: { type: decimal, check: between(0, 1_000_000) },
  spacesAccessId: { type: text },
  spacesEndpoint: { type: text },
  spacesSecretKey: { type: text, secret: true },
  token: { type: text, secret: true },
} as const satisfies Record<string, ConfigDeclaration>;

const refusal = "this stand-in of the DigitalOcean plugin serves the sandbox alone";
const refusalHint =
  'for the sandbox run eval "$(planton sandbox env)"; for a real account use a PULUMI_HOME without the stand-in, ' +
  "or put the vendor's own plugin in its place: pulumi plugin rm resource digitalocean 4.80.1";

/** Refuses an API address outside this machine; an address that is not known yet is looked at later. */
export function checkEndpoint(config: PropertyMap, { env }: ProviderSurroundings): readonly CheckFailure[] {
  if (typeof config["apiEndpoint"] === "symbol") return [];
  const endpoint = baseUrlOf(digitalOceanApi, env, configText(config, "apiEndpoint"));
  if (isLoopbackUrl(endpoint)) return [];
  return [{ property: "apiEndpoint", reason: `${refusal}, and "${endpoint}" is not on this machine; ${refusalHint}` }];
}

/** A client for the resources. Throws E_SANDBOX when the API address is not a loopback one. */
export function configureApi(config: PropertyMap, surroundings: ProviderSurroundings): DigitalOceanApi {
  const { env, fetch, clock } = surroundings;
  const baseUrl = baseUrlOf(digitalOceanApi, env, configText(config, "apiEndpoint"));
  if (!isLoopbackUrl(baseUrl)) {
    throw new PlantonError({
      code: "E_SANDBOX",
      message: `${refusal}, and "${baseUrl}" is not on this machine`,
      hint: refusalHint,
    });
  }
  const token = configText(config, "token") ?? env["DIGITALOCEAN_TOKEN"] ?? env["DIGITALOCEAN_ACCESS_TOKEN"] ?? "";
  const perSecond = Number(config["requestsPerSecond"] ?? 0);
  const client = openDigitalOcean(token, {
    env,
    fetch,
    clock,
    baseUrl,
    retry: retryPolicy(config, env),
    limit: perSecond > 0 ? spacedBy(1000 / perSecond, clock) : undefined,
    timeoutMs: 60_000,
    userAgent: "planton-digitalocean-stand-in/4.80.1",
  });
  return createDigitalOceanApi(client, { clock, pace: pollPace({ ...env, PLANTON_SANDBOX: "1" }) });
}
