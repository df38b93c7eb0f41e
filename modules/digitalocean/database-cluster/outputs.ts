import type { DigitalOceanDatabaseClusterStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_cluster_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DatabaseClusterLocals } from "./locals.js";
import type { DatabaseClusterResources } from "./resources.js";

/** The stack outputs of a database cluster. */
export function outputs(
  { cluster }: DatabaseClusterResources,
  locals: DatabaseClusterLocals,
): OutputsOf<DigitalOceanDatabaseClusterStackOutputs> {
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
    uiHost: cluster.uiHost,
    uiPort: cluster.uiPort,
    uiUri: cluster.uiUri,
    uiUser: cluster.uiUser,
    uiPassword: cluster.uiPassword,
    uiDatabase: cluster.uiDatabase,
    firewallOwner: locals.firewallOwner,
  };
}
