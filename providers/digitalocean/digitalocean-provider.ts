import type { Provider } from "../kit/resource/provider.js";
import { resources } from "./gen/resources.js";
import { getDatabaseClusterFunction } from "./get-database-cluster.js";
import { checkEndpoint, configureApi, type DigitalOceanApi, providerConfig } from "./provider-config.js";
import { getVpcFunction } from "./vpc.js";

/** The stand-in of the DigitalOcean plugin: serves the sandbox under the tokens of `@pulumi/digitalocean` 4.80.1. */
export const digitalOceanProvider: Provider<DigitalOceanApi> = {
  name: "digitalocean",
  // The SDK asks for a plugin of exactly its own version.
  version: "4.80.1",
  description: "A stand-in of the DigitalOcean plugin for planton's sandbox.",
  config: providerConfig,
  checkConfig: checkEndpoint,
  configure: configureApi,
  resources,
  functions: [getDatabaseClusterFunction, getVpcFunction],
};
