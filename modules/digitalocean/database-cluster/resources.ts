import { DatabaseCluster } from "@pulumi/digitalocean/databaseCluster.js";
import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { getVpcOutput } from "@pulumi/digitalocean/getVpc.js";
import type { ModuleContext } from "../../../contract/module.js";
import { firewallRules } from "../_shared/trusted-sources.js";
import type { DatabaseClusterLocals } from "./locals.js";

/** The resources of the kind. */
export interface DatabaseClusterResources {
  readonly cluster: DatabaseCluster;
}

/** Makes the cluster and, unless it is public or left to others, its list of trusted sources. */
export function resources(locals: DatabaseClusterLocals, context: ModuleContext): DatabaseClusterResources {
  const cluster = databaseCluster(locals, context);
  if (locals.firewallOwner === "stack") databaseFirewall(cluster, locals, context);
  if (locals.firewallOwner === "none") {
    context.warn(`database cluster "${locals.name}" is open to the whole internet: enable_public_connectivity is true`);
  }
  if (locals.firewallOwner === "external") {
    context.warn(
      `database cluster "${locals.name}" is open to the whole internet until a DigitalOceanDatabaseFirewall is applied to it: external_firewall is true`,
    );
  }
  return { cluster };
}

function databaseCluster(locals: DatabaseClusterLocals, context: ModuleContext): DatabaseCluster {
  const { backupRestore, maintenanceWindow } = locals;
  return new DatabaseCluster(
    context.name,
    {
      name: locals.name,
      engine: locals.engine,
      version: locals.version,
      region: locals.region,
      size: locals.size,
      nodeCount: locals.nodeCount,
      privateNetworkUuid: locals.vpcId,
      storageSizeMib: locals.storageSizeMib,
      storageAutoscale: locals.storageAutoscale,
      tags: [...locals.tags],
      maintenanceWindows: maintenanceWindow && [maintenanceWindow],
      evictionPolicy: locals.evictionPolicy,
      sqlMode: locals.sqlMode,
      projectId: locals.projectId,
      backupRestore,
    },
    context.primary({
      customTimeouts: { create: locals.createTimeout, update: locals.createTimeout },
      // The plugin ignores a later change without a word; as a replacement the engine refuses it while data is protected.
      replaceOnChanges: ["backupRestore"],
      // What autoscaling has added would otherwise be taken away again.
      ...(locals.storageAutoscale?.enabled ? { ignoreChanges: ["storageSizeMib"] } : {}),
    }),
  );
}

function databaseFirewall(cluster: DatabaseCluster, locals: DatabaseClusterLocals, context: ModuleContext): void {
  const { ipRange } = getVpcOutput({ id: cluster.privateNetworkUuid }, { provider: context.provider });
  new DatabaseFirewall(
    `${context.name}-firewall`,
    {
      clusterId: cluster.id,
      rules: ipRange.apply((range) => firewallRules([{ type: "ip_addr", value: range }, ...locals.trustedSources])),
    },
    // Protected with the cluster: what opens a private database to the world needs the same word as what deletes it.
    context.companion({ deletedWith: cluster }),
  );
}
