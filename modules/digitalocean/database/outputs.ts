import type { DigitalOceanDatabaseStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DatabaseResources } from "./resources.js";

/** The stack outputs of a database. */
export function outputs({ database }: DatabaseResources): OutputsOf<DigitalOceanDatabaseStackOutputs> {
  return { clusterId: database.clusterId, databaseName: database.name };
}
