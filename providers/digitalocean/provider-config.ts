import { PlantonError } from "../../contract/planton-error.js";
import { isLoopbackUrl } from "../../contract/secure-url.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { createHttpClient } from "../kit/http-client.js";
import { between } from "../kit/property-rules.js";
import { decimal, integer, text } from "../kit/property-types.js";
import type { PropertyMap } from "../kit/property-value.js";
import type { ConfigDeclaration, ProviderSurroundings } from "../kit/provider.js";
import { createDigitalOceanApi, type DigitalOceanApi } from "./digitalocean-api.js";
import { pollPace } from "./poll-pace.js";
import { retryPolicy } from "./retry-policy.js";

const vendorUrl = "https://api.digitalocean.com";

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

function textOf(config: PropertyMap, name: string): string | undefined {
  const value = config[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function endpointOf(config: PropertyMap, env: ProviderSurroundings["env"]): string {
  const endpoint = textOf(config, "apiEndpoint") ?? env["DIGITALOCEAN_API_URL"] ?? "";
  return (endpoint === "" ? vendorUrl : endpoint).replace(/\/+$/, "");
}

const refusal = "this stand-in of the DigitalOcean plugin serves the sandbox alone";
const refusalHint =
  'for the sandbox run eval "$(planton sandbox env)"; for a real account use a PULUMI_HOME without the stand-in, ' +
  "or put the vendor's own plugin in its place: pulumi plugin rm resource digitalocean 4.80.1";

/** Refuses an API address outside this machine; an address that is not known yet is looked at later. */
export function checkEndpoint(config: PropertyMap, { env }: ProviderSurroundings): readonly CheckFailure[] {
  if (typeof config["apiEndpoint"] === "symbol") return [];
  const endpoint = endpointOf(config, env);
  if (isLoopbackUrl(endpoint)) return [];
  return [{ property: "apiEndpoint", reason: `${refusal}, and "${endpoint}" is not on this machine; ${refusalHint}` }];
}

/** A client for the resources. Throws E_SANDBOX when the API address is not a loopback one. */
export function configureApi(config: PropertyMap, surroundings: ProviderSurroundings): DigitalOceanApi {
  const { env, fetch, clock } = surroundings;
  const baseUrl = endpointOf(config, env);
  if (!isLoopbackUrl(baseUrl)) {
    throw new PlantonError({
      code: "E_SANDBOX",
      message: `${refusal}, and "${baseUrl}" is not on this machine`,
      hint: refusalHint,
    });
  }
  const token = textOf(config, "token") ?? env["DIGITALOCEAN_TOKEN"] ?? env["DIGITALOCEAN_ACCESS_TOKEN"] ?? "";
  const perSecond = Number(config["requestsPerSecond"] ?? 0);
  const client = createHttpClient({
    baseUrl,
    token() {
      if (token !== "") return token;
      throw new PlantonError({
        code: "E_CREDENTIALS_MISSING",
        message: "no token for the DigitalOcean API",
        hint: "set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN, or the provider's token",
      });
    },
    fetch,
    clock,
    ...retryPolicy(config, env),
    requestTimeoutMs: 60_000,
    spacingMs: perSecond > 0 ? 1000 / perSecond : 0,
    userAgent: "planton-digitalocean-stand-in/4.80.1",
  });
  return createDigitalOceanApi(client, { clock, pace: pollPace(env) });
}
