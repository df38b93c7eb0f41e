import type { Output } from "@pulumi/pulumi";
import type { DigitalOceanDatabaseConnectionPoolStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_connection_pool_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import { asNonEmptyString } from "../../../http/json.js";
import { withPassword } from "../_shared/unknown-password.js";
import type { DatabaseConnectionPoolLocals } from "./locals.js";
import type { DatabaseConnectionPoolResources } from "./resources.js";

/** The stack outputs of a connection pool. */
export function outputs(
  { pool }: DatabaseConnectionPoolResources,
  { user }: DatabaseConnectionPoolLocals,
): OutputsOf<DigitalOceanDatabaseConnectionPoolStackOutputs> {
  const address = (uri: Output<string>) => (user === undefined ? uri : withPassword(uri, pool.password));
  return {
    clusterId: pool.clusterId,
    connectionUri: address(pool.uri),
    privateUri: address(pool.privateUri),
    host: pool.host,
    privateHost: pool.privateHost,
    port: pool.port,
    poolName: pool.name,
    databaseName: pool.dbName,
    username: user,
    password: user && pool.password.apply(asNonEmptyString),
  };
}
