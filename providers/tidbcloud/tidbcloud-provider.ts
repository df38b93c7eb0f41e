import { withIncarnations } from "../kit/creation/incarnation.js";
import type { Provider } from "../kit/resource/provider.js";
import { resources } from "./gen/resources.js";
import { checkEndpoints, configureApi, providerConfig, type SharedByKey } from "./provider-config.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** The plugin for TiDB Cloud, for one process: its connections share what belongs to an API key. */
export function createTidbCloudProvider(version: string): Provider<TidbCloudApi> {
  const shared: SharedByKey = { limits: new Map(), nonces: new Map() };
  return {
    name: "tidbcloud",
    version,
    description: "TiDB Cloud Starter and Essential clusters, their branches and SQL users, ready to use after one run.",
    config: providerConfig,
    checkConfig: checkEndpoints,
    configure: (config, context) => configureApi(config, context, shared),
    resources: withIncarnations(resources),
    functions: [],
  };
}
