import { openRedisCloud, rediscloudApi } from "../../clients/rediscloud.js";
import { baseUrlOf } from "../../http/api-client.js";
import { pluginRetries } from "../../http/retry.js";
import { withIncarnations } from "../kit/creation/incarnation.js";
import { createManagedApi } from "../kit/managed/managed-api.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { baseUrlFailures, configString } from "../kit/resource/config-values.js";
import type { Provider } from "../kit/resource/provider.js";
import { string } from "../kit/schema/property-types.js";
import { resources } from "./gen/resources.js";

/** The plugin for Redis Cloud, for one process. */
export function createRedisCloudProvider(version: string): Provider<ManagedApi> {
  return {
    name: "planton-rediscloud",
    version,
    description: "Essentials subscriptions and databases at Redis Cloud.",
    config: {
      accessKey: {
        type: string,
        secret: true,
        description: "Key of the account. Default: REDISCLOUD_ACCESS_KEY, REDISCLOUD_API_KEY.",
      },
      secretKey: { type: string, secret: true, description: "Key of a user. Default: REDISCLOUD_SECRET_KEY." },
      baseUrl: {
        type: string,
        fixed: true,
        description: `Address of the API. Default: REDISCLOUD_URL, ${rediscloudApi.baseUrl}.`,
      },
    },
    checkConfig: (config, { env }) => baseUrlFailures(rediscloudApi, { config, env, property: "baseUrl" }),
    configure(config, context) {
      const { env, fetch, clock } = context;
      const baseUrl = baseUrlOf(rediscloudApi, env, configString(config, "baseUrl"));
      const keys = {
        accessKey: configString(config, "accessKey") ?? env["REDISCLOUD_ACCESS_KEY"] ?? env["REDISCLOUD_API_KEY"] ?? "",
        secretKey: configString(config, "secretKey") ?? env["REDISCLOUD_SECRET_KEY"] ?? "",
      };
      const options = { env, fetch, clock, baseUrl, retry: pluginRetries(env), timeoutMs: 60_000 };
      const client = openRedisCloud(keys, { ...options, userAgent: "planton-rediscloud" });
      return createManagedApi(client, context, { vendor: "rediscloud", account: baseUrl });
    },
    resources: withIncarnations(resources),
    functions: [],
  };
}
