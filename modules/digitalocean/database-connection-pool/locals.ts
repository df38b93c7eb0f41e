import type { Output } from "@pulumi/pulumi";
import {
  type DigitalOceanDatabaseConnectionPoolStackInput,
  DigitalOceanDatabaseConnectionPoolSpec_Mode as Mode,
} from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_connection_pool_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { type ParentCluster, parentCluster } from "../_shared/parent-cluster.js";

/** The values of a connection pool. */
export interface DatabaseConnectionPoolLocals {
  readonly cluster: ParentCluster;
  readonly name: string;
  /** In DigitalOcean's words: session, transaction, statement. */
  readonly mode: string;
  /** Connections to the server. */
  readonly size: number;
  readonly database: Output<string>;
  /** Undefined lets each client sign in as itself. */
  readonly user: Output<string> | undefined;
}

/** The values of a connection pool manifest. */
export function locals(
  input: DigitalOceanDatabaseConnectionPoolStackInput,
  context: ModuleContext,
): DatabaseConnectionPoolLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    cluster: parentCluster(spec.cluster, context, [{ what: "a connection pool", engines: ["pg"] }]),
    name: spec.poolName ?? context.resourceName,
    mode: Mode[spec.mode],
    size: spec.size,
    database: present(context.input(spec.database), "target.spec.database"),
    user: context.input(spec.user),
  };
}
