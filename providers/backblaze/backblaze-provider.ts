import { backblazeApi, openBackblazeB2 } from "../../clients/backblaze.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { withIncarnations } from "../kit/creation/incarnation.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { Provider } from "../kit/resource/provider.js";
import { string } from "../kit/schema/property-types.js";
import type { BackblazeApi } from "./backblaze-api.js";
import { resources } from "./gen/resources.js";

/** The plugin for Backblaze B2, for one process. */
export function createBackblazeB2Provider(version: string): Provider<BackblazeApi> {
  return {
    name: "planton-backblaze",
    version,
    description: "Buckets and application keys at Backblaze B2.",
    config: {
      applicationKeyId: { type: string, description: "Id of the application key. Default: B2_APPLICATION_KEY_ID." },
      applicationKey: { type: string, secret: true, description: "Application key. Default: B2_APPLICATION_KEY." },
      host: {
        type: string,
        fixed: true,
        description: `Address of the API. Default: B2_API_URL, ${backblazeApi.baseUrl}.`,
      },
    },
    checkConfig: (config, { env }) => baseUrlFailures(backblazeApi, { config, env, property: "host" }),
    configure(config, context) {
      const { env, fetch, clock } = context;
      const baseUrl = baseUrlOf(backblazeApi, env, configString(config, "host"));
      const keyId = configString(config, "applicationKeyId") ?? env["B2_APPLICATION_KEY_ID"] ?? "";
      const key = configString(config, "applicationKey") ?? env["B2_APPLICATION_KEY"] ?? "";
      const options = { env, fetch, clock, baseUrl, retry: pluginRetries(env), timeoutMs: 60_000 };
      const client = openBackblazeB2({ keyId, key }, { ...options, userAgent: "planton-backblaze" });
      const { account } = client;
      return { ...createManagedApi(client, context, { vendor: "backblaze", account: baseUrl }), account };
    },
    resources: withIncarnations(resources),
    functions: [],
  };
}
