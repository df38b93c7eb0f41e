import { DatabaseDb } from "@pulumi/digitalocean/databaseDb.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { DatabaseLocals } from "./locals.js";

/** The resources of the kind. */
export interface DatabaseResources {
  readonly database: DatabaseDb;
}

/** Makes the database. */
export function resources({ cluster, name }: DatabaseLocals, context: ModuleContext): DatabaseResources {
  return { database: new DatabaseDb(context.name, { clusterId: cluster.id, name }, context.primary()) };
}
