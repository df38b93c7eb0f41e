import type { DigitalOceanDatabaseStackInput } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { type ParentCluster, parentCluster } from "../_shared/parent-cluster.js";

/** The values of a database. */
export interface DatabaseLocals {
  readonly cluster: ParentCluster;
  readonly name: string;
}

/** The values of a database manifest. */
export function locals(input: DigitalOceanDatabaseStackInput, context: ModuleContext): DatabaseLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    cluster: parentCluster(spec.cluster, context, [{ what: "a database", engines: ["pg", "mysql", "mongodb"] }]),
    name: spec.databaseName ?? context.resourceName,
  };
}
