import { DatabaseConnectionPool } from "@pulumi/digitalocean/databaseConnectionPool.js";
import type { ModuleContext } from "../../../contract/module.js";
import { warnWithoutPassword } from "../_shared/unknown-password.js";
import type { DatabaseConnectionPoolLocals } from "./locals.js";

/** The resources of the kind. */
export interface DatabaseConnectionPoolResources {
  readonly pool: DatabaseConnectionPool;
}

/** Makes the connection pool. */
export function resources(
  locals: DatabaseConnectionPoolLocals,
  context: ModuleContext,
): DatabaseConnectionPoolResources {
  const { cluster, name, mode, size, database, user } = locals;
  const pool = new DatabaseConnectionPool(
    context.name,
    { clusterId: cluster.id, name, mode, size, dbName: database, user },
    // Every change replaces it under its name, which a cluster has once, and the connections of both may be too many.
    context.primary({ deleteBeforeReplace: true }),
  );
  if (user !== undefined) {
    warnWithoutPassword({ of: `connection pool "${name}"`, cluster, user, password: pool.password }, context);
  }
  return { pool };
}
