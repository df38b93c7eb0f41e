import { openSentry, sentryApi } from "../../clients/sentry.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { withIncarnations } from "../kit/creation/incarnation.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { Provider } from "../kit/resource/provider.js";
import { string } from "../kit/schema/property-types.js";
import { resources } from "./gen/resources.js";

/** The plugin for Sentry, for one process. */
export function createSentryProvider(version: string): Provider<ManagedApi> {
  return {
    name: "planton-sentry",
    version,
    description: "Projects, teams and client keys at Sentry.",
    config: {
      token: {
        type: string,
        secret: true,
        description: "Token with the scopes project:admin and team:admin. Default: SENTRY_AUTH_TOKEN, SENTRY_TOKEN.",
      },
      baseUrl: {
        type: string,
        fixed: true,
        description: `Address of the API. Default: SENTRY_BASE_URL, ${sentryApi.baseUrl}/.`,
      },
    },
    checkConfig: (config, { env }) => baseUrlFailures(sentryApi, { config, env, property: "baseUrl" }),
    configure(config, context) {
      const { env, fetch, clock } = context;
      const baseUrl = baseUrlOf(sentryApi, env, configString(config, "baseUrl"));
      const token = configString(config, "token") ?? env["SENTRY_AUTH_TOKEN"] ?? env["SENTRY_TOKEN"] ?? "";
      const options = { env, fetch, clock, baseUrl, retry: pluginRetries(env), timeoutMs: 60_000 };
      const client = openSentry(token, { ...options, userAgent: "planton-sentry" });
      return createManagedApi(client, context, { vendor: "sentry", account: baseUrl });
    },
    resources: withIncarnations(resources),
    functions: [],
  };
}
