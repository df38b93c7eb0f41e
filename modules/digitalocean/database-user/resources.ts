import { DatabaseUser } from "@pulumi/digitalocean/databaseUser.js";
import type { ModuleContext } from "../../../contract/module.js";
import { warnWithoutPassword } from "../_shared/unknown-password.js";
import type { DatabaseUserLocals } from "./locals.js";

/** The resources of the kind. */
export interface DatabaseUserResources {
  readonly user: DatabaseUser;
}

/** Makes the user. */
export function resources(locals: DatabaseUserLocals, context: ModuleContext): DatabaseUserResources {
  const { cluster, name, mysqlAuthPlugin, settings } = locals;
  const user = new DatabaseUser(
    context.name,
    {
      clusterId: cluster.id,
      name,
      mysqlAuthPlugin,
      settings: settings && [{ acls: [...settings.acls], opensearchAcls: [...settings.opensearchAcls] }],
    },
    context.primary({
      // What replaces it is another cluster or name: programs can sign in as the old one until the new one is there.
      deleteBeforeReplace: false,
      // Without settings the plugin's request says nothing of them, and the vendor keeps what it has (godo 1.200.0).
      ignoreChanges: settings === undefined ? ["settings"] : [],
    }),
  );
  warnWithoutPassword({ of: `database user "${name}"`, cluster, user: user.name, password: user.password }, context);
  return { user };
}
