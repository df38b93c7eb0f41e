import { cloudflareApi, openCloudflare } from "../../clients/cloudflare.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { Credentials } from "../../contract/vendor.js";
import type { HttpResponse } from "../../http/http-message.js";
import { pollPace } from "../kit/base/poll.js";
import { type BridgedApi, createBridgedApi } from "../kit/bridged/bridged-api.js";
import { stainlessRetries } from "../kit/bridged/go-retries.js";
import { sandboxEndpoint } from "../kit/bridged/sandbox-endpoint.js";
import { configString } from "../kit/resource/config-values.js";
import type { ConfigDeclaration, ProviderContext } from "../kit/resource/provider.js";
import { string } from "../kit/schema/property-types.js";
import type { PropertyMap } from "../kit/schema/property-value.js";

/** Go's names of the statuses that Cloudflare responds with. */
const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Request Entity Too Large",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Configuration keys of `@pulumi/cloudflare` 6.22.1. */
export const providerConfig = {
  apiKey: { type: string, secret: true },
  apiToken: { type: string, secret: true },
  apiUserServiceKey: { type: string, secret: true },
  baseUrl: { type: string },
  email: { type: string },
  userAgentOperatorSuffix: { type: string },
} as const satisfies Record<string, ConfigDeclaration>;

const endpoint = sandboxEndpoint({
  api: cloudflareApi,
  vendor: "Cloudflare",
  plugin: "cloudflare 6.22.1",
  endpointKey: "baseUrl",
});

/** Refuses an API address outside this machine. */
export const checkEndpoint = endpoint.check;

/** A client for the resources. Throws E_SANDBOX when the API address is not a loopback one. */
export function configureApi(config: PropertyMap, { env, fetch, clock }: ProviderContext): BridgedApi {
  const given = (key: string, variable: string): string => configString(config, key) ?? env[variable] ?? "";
  const credentials: Credentials = {
    api_token: given("apiToken", "CLOUDFLARE_API_TOKEN"),
    api_key: given("apiKey", "CLOUDFLARE_API_KEY"),
    email: given("email", "CLOUDFLARE_EMAIL"),
  };
  const client = openCloudflare(credentials, {
    ...{ env, fetch, clock, timeoutMs: 60_000 },
    baseUrl: endpoint.url(config, env),
    retry: stainlessRetries(env),
    userAgent: "planton-cloudflare-stand-in/6.22.1",
  });
  // In the form of cloudflare-go (internal/apierror, d4300fad, read 2026-11), which hints and users know.
  const errorOf = (response: HttpResponse): PlantonError => {
    const { method, url, status, body } = response;
    const raw = typeof body === "string" ? body : JSON.stringify(body ?? "");
    const message = client.mask(`${method} "${url}": ${status} ${statusTexts[status] ?? ""} ${raw}`);
    return new PlantonError({ code: client.errorOf(response).code, message });
  };
  // "pages-bindings": see pages-project.ts.
  const defects = new Set((env["PLANTON_SANDBOX_DEFECTS"] ?? "").split(",").filter((name) => name !== ""));
  return createBridgedApi(client, { clock, pace: pollPace({ ...env, PLANTON_SANDBOX: "1" }), errorOf, defects });
}
