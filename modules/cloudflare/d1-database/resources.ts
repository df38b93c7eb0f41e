import { D1Database } from "@pulumi/cloudflare/d1database.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { D1DatabaseLocals } from "./locals.js";

/** The resources of the kind. */
export interface D1DatabaseResources {
  readonly database: D1Database;
}

/** Makes the database. */
export function resources(locals: D1DatabaseLocals, context: ModuleContext): D1DatabaseResources {
  return { database: new D1Database(context.name, { ...locals }, context.primary()) };
}
