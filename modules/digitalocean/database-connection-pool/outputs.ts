import type { DigitalOceanDatabaseConnectionPoolStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_connection_pool_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import { asFilledText } from "../../../http/json.js";
import type { DatabaseConnectionPoolLocals } from "./locals.js";
import type { DatabaseConnectionPoolResources } from "./resources.js";

/** The stack outputs of a connection pool. */
export function outputs(
  { pool }: DatabaseConnectionPoolResources,
  { user }: DatabaseConnectionPoolLocals,
): OutputsOf<DigitalOceanDatabaseConnectionPoolStackOutputs> {
  return {
    clusterId: pool.clusterId,
    connectionUri: pool.uri,
    privateUri: pool.privateUri,
    host: pool.host,
    privateHost: pool.privateHost,
    port: pool.port,
    poolName: pool.name,
    databaseName: pool.dbName,
    username: user,
    password: user && pool.password.apply(asFilledText),
  };
}
