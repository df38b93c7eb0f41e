import type { TiDBCloudServerlessClusterStackOutputs } from "../../../apis/gen/es/planton/tidbcloud/v1/tidb_cloud_serverless_cluster_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { ServerlessClusterLocals } from "./locals.js";
import type { ServerlessClusterResources } from "./resources.js";

/** The stack outputs of a serverless cluster. */
export function outputs(
  { cluster }: ServerlessClusterResources,
  { rootPassword }: ServerlessClusterLocals,
): OutputsOf<TiDBCloudServerlessClusterStackOutputs> {
  // A preview would announce URLs that never come.
  const withPassword = rootPassword.keep ? undefined : cluster;
  return {
    connectionUri: withPassword?.connectionUri,
    databaseUrl: withPassword?.databaseUrl,
    prismaDatabaseUrl: withPassword?.prismaDatabaseUrl,
    serverlessDriverUrl: withPassword?.serverlessDriverUrl,
    goDsn: withPassword?.goDsn,
    clusterId: cluster.clusterId,
    host: cluster.host,
    port: cluster.port,
    username: cluster.username,
    password: withPassword?.password,
    databaseName: cluster.databaseName,
    userPrefix: cluster.userPrefix,
    state: cluster.state,
    servicePlan: cluster.servicePlan,
    version: cluster.version,
    regionName: cluster.regionName,
    projectId: cluster.projectId,
    adopted: cluster.adopted,
    privateHost: cluster.privateHost,
    privatePort: cluster.privatePort,
    privateServiceName: cluster.privateServiceName,
    privateAvailabilityZones: cluster.privateAvailabilityZones.apply((zones) => zones && [...zones]),
  };
}
