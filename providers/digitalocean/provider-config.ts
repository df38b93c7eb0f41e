import { digitalOceanApi, listAll, openDigitalOcean } from "../../clients/digitalocean.js";
import type { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import type { JsonObject } from "../../http/json.js";
import { spacedBy } from "../../http/rate-limit.js";
import { pollPace } from "../kit/base/poll.js";
import { type BridgedApi, createBridgedApi } from "../kit/bridged/bridged-api.js";
import { givenUp, goRetries } from "../kit/bridged/go-retries.js";
import { sandboxEndpoint } from "../kit/bridged/sandbox-endpoint.js";
import { configString } from "../kit/resource/config-values.js";
import type { ConfigDeclaration, ProviderContext } from "../kit/resource/provider.js";
import { between } from "../kit/schema/property-rules.js";
import { decimal, integer, string } from "../kit/schema/property-types.js";
import type { PropertyMap } from "../kit/schema/property-value.js";

/** What the resources and functions call. */
export interface DigitalOceanApi extends BridgedApi {
  /** All objects of a paged list: `list("/v2/vpcs", "vpcs")`. */
  list(path: string, key: string, signal: AbortSignal): Promise<readonly JsonObject[]>;
}

/** Configuration keys of `@pulumi/digitalocean` 4.80.1. */
export const providerConfig = {
  apiEndpoint: { type: string },
  httpRetryMax: { type: integer, check: between(0, 100) },
  httpRetryWaitMax: { type: decimal, check: between(0, 3600) },
  httpRetryWaitMin: { type: decimal, check: between(0, 3600) },
  requestsPerSecond: { type: decimal, check: between(0, 1_000_000) },
  spacesAccessId: { type: string },
  spacesEndpoint: { type: string },
  spacesSecretKey: { type: string, secret: true },
  token: { type: string, secret: true },
} as const satisfies Record<string, ConfigDeclaration>;

const endpoint = sandboxEndpoint({
  api: digitalOceanApi,
  vendor: "DigitalOcean",
  plugin: "digitalocean 4.80.1",
  endpointKey: "apiEndpoint",
});

/** Refuses an API address outside this machine. */
export const checkEndpoint = endpoint.check;

/** A client for the resources. Throws E_SANDBOX when the API address is not a loopback one. */
export function configureApi(config: PropertyMap, { env, fetch, clock }: ProviderContext): DigitalOceanApi {
  const token = configString(config, "token") ?? env["DIGITALOCEAN_TOKEN"] ?? env["DIGITALOCEAN_ACCESS_TOKEN"] ?? "";
  const perSecond = Number(config["requestsPerSecond"] ?? 0);
  const client = openDigitalOcean(token, {
    ...{ env, fetch, clock, timeoutMs: 60_000 },
    baseUrl: endpoint.url(config, env),
    retry: goRetries(config, env, "DIGITALOCEAN_HTTP_RETRY_MAX"),
    limit: perSecond > 0 ? spacedBy(1000 / perSecond, clock) : undefined,
    userAgent: "planton-digitalocean-stand-in/4.80.1",
  });
  // In the form of godo v1.202.0 (ErrorResponse.Error), which hints and users know.
  const errorOf = (response: HttpResponse): PlantonError =>
    givenUp(client.errorOf({ ...response, attempts: 1 }), response);
  const api = createBridgedApi(client, { clock, pace: pollPace({ ...env, PLANTON_SANDBOX: "1" }), errorOf });
  return { ...api, list: (path, key, signal) => listAll({ send: api.send, errorOf }, { path, key, signal }) };
}
