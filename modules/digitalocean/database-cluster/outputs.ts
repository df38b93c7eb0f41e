import type { DigitalOceanDatabaseClusterStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_cluster_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DatabaseClusterLocals } from "./locals.js";
import type { DatabaseClusterResources } from "./resources.js";

/** The stack outputs of a database cluster. */
export function outputs(
  { cluster, firewallOwner }: DatabaseClusterResources,
  locals: DatabaseClusterLocals,
): OutputsOf<DigitalOceanDatabaseClusterStackOutputs> {
  // Only OpenSearch has one; for other engines a preview would announce outputs that never come.
  const dashboard = locals.engine === "opensearch" ? cluster : undefined;
  return {
    clusterId: cluster.id,
    connectionUri: cluster.uri,
    privateUri: cluster.privateUri,
    host: cluster.host,
    privateHost: cluster.privateHost,
    port: cluster.port,
    databaseName: cluster.database,
    username: cluster.user,
    password: cluster.password,
    clusterUrn: cluster.clusterUrn,
    engine: cluster.engine,
    engineVersion: cluster.version.apply((version) => version ?? locals.version),
    metricsEndpoints: cluster.metricsEndpoints,
    uiHost: dashboard?.uiHost,
    uiPort: dashboard?.uiPort,
    uiUri: dashboard?.uiUri,
    uiUser: dashboard?.uiUser,
    uiPassword: dashboard?.uiPassword,
    uiDatabase: dashboard?.uiDatabase,
    firewallOwner,
  };
}
