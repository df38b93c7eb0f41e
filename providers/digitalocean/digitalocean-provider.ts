import type { Provider } from "../kit/resource/provider.js";
import { databaseClusterResource } from "./database-cluster.js";
import { databaseConnectionPoolResource } from "./database-connection-pool.js";
import { databaseDbResource } from "./database-db.js";
import { databaseFirewallResource } from "./database-firewall.js";
import { databaseReplicaResource } from "./database-replica.js";
import { databaseUserResource } from "./database-user.js";
import { getDatabaseClusterFunction } from "./get-database-cluster.js";
import { checkEndpoint, configureApi, type DigitalOceanApi, providerConfig } from "./provider-config.js";
import { getVpcFunction, vpcResource } from "./vpc.js";

/** The stand-in of the DigitalOcean plugin: serves the sandbox under the tokens of `@pulumi/digitalocean` 4.80.1. */
export const digitalOceanProvider: Provider<DigitalOceanApi> = {
  name: "digitalocean",
  // The SDK asks for a plugin of exactly its own version.
  version: "4.80.1",
  description: "A stand-in of the DigitalOcean plugin for planton's sandbox.",
  config: providerConfig,
  checkConfig: checkEndpoint,
  configure: configureApi,
  resources: [
    databaseClusterResource,
    databaseConnectionPoolResource,
    databaseDbResource,
    databaseFirewallResource,
    databaseReplicaResource,
    databaseUserResource,
    vpcResource,
  ],
  functions: [getDatabaseClusterFunction, getVpcFunction],
};
