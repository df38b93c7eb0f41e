import { withIncarnations } from "../kit/creation/incarnation.js";
import type { Provider } from "../kit/resource/provider.js";
import type { CloudflareApi } from "./cloudflare-api.js";
import { resources } from "./gen/resources.js";
import { checkBaseUrl, configureApi, providerConfig } from "./provider-config.js";

/** The plugin for what the vendor's official one does not do well, for one process; it has that one beside it. */
export function createPlantonCloudflareProvider(version: string): Provider<CloudflareApi> {
  return {
    name: "planton-cloudflare",
    version,
    description: "Configurations and deployments of Cloudflare Pages.",
    config: providerConfig,
    checkConfig: checkBaseUrl,
    configure: configureApi,
    resources: withIncarnations(resources),
    functions: [],
  };
}
