import type { RedisCloudDatabaseStackOutputs } from "../../../apis/gen/es/planton/rediscloud/v1/redis_cloud_database_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DatabaseResources } from "./resources.js";

/** The stack outputs of a database. */
export function outputs({ database }: DatabaseResources): OutputsOf<RedisCloudDatabaseStackOutputs> {
  return {
    subscriptionId: database.subscriptionId,
    databaseId: database.databaseId,
    databaseName: database.name,
    host: database.host,
    port: database.port,
    username: "default",
    password: database.password,
    connectionUri: database.connectionUri,
    publicEndpoint: database.publicEndpoint,
    privateEndpoint: database.privateEndpoint,
    redisVersion: database.redisVersion,
    cloudProvider: database.cloudProvider,
    region: database.region,
  };
}
