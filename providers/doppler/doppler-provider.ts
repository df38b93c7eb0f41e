import { withIncarnations } from "../kit/creation/incarnation.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import type { Provider } from "../kit/resource/provider.js";
import { resources } from "./gen/resources.js";
import { checkHost, configureApi, providerConfig } from "./provider-config.js";

/** The plugin for Doppler, for one process. Its name is not that of the community's package, which is another plugin. */
export function createDopplerProvider(version: string): Provider<ManagedApi> {
  return {
    name: "planton-doppler",
    version,
    description: "Secrets in the configs of Doppler.",
    config: providerConfig,
    checkConfig: checkHost,
    configure: configureApi,
    resources: withIncarnations(resources),
    functions: [],
  };
}
