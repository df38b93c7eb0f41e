import type { DigitalOceanDatabaseReplicaStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_replica_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import { asNonEmptyString } from "../../../http/json.js";
import { withPassword } from "../_shared/unknown-password.js";
import type { DatabaseReplicaResources } from "./resources.js";

/** The stack outputs of a database replica. */
export function outputs({ replica }: DatabaseReplicaResources): OutputsOf<DigitalOceanDatabaseReplicaStackOutputs> {
  return {
    replicaId: replica.uuid,
    clusterId: replica.clusterId,
    replicaName: replica.name,
    connectionUri: withPassword(replica.uri, replica.password),
    privateUri: withPassword(replica.privateUri, replica.password),
    host: replica.host,
    privateHost: replica.privateHost,
    port: replica.port,
    databaseName: replica.database,
    username: replica.user,
    password: replica.password.apply(asNonEmptyString),
  };
}
