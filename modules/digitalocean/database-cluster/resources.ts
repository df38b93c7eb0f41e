import { DatabaseCluster } from "@pulumi/digitalocean/databaseCluster.js";
import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { getVpc } from "@pulumi/digitalocean/getVpc.js";
import { all, type CustomResourceOptions, type Output, output } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { missingPassword } from "../_shared/missing-password.js";
import { firewallRules } from "../_shared/trusted-sources.js";
import type { DatabaseClusterLocals, FirewallOwner } from "./locals.js";

const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";

/** The resources of the kind. */
export interface DatabaseClusterResources {
  readonly cluster: DatabaseCluster;
  /** Known when all that concerns the firewall is registered. */
  readonly firewallOwner: Output<FirewallOwner>;
}

/** Makes the cluster and, unless it is public or left to others, its list of trusted sources. */
export function resources(locals: DatabaseClusterLocals, context: ModuleContext): DatabaseClusterResources {
  const cluster = databaseCluster(locals, context);
  warnWithoutPassword(cluster, locals, context);
  const { firewallOwner } = locals;
  if (firewallOwner === "stack") ownFirewall(cluster, locals, context);
  if (firewallOwner === "none") {
    context.warn(`database cluster "${locals.name}" is open to the whole internet: enable_public_connectivity is true`);
  }
  const isExternal = firewallOwner === "external";
  return { cluster, firewallOwner: isExternal ? handOver(cluster, locals, context) : output(firewallOwner) };
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

/** A cluster that was imported, or read with a token of small scope, may lack what one that was made here has. */
function warnWithoutPassword(
  { id, password }: DatabaseCluster,
  { name, engine }: DatabaseClusterLocals,
  context: ModuleContext,
): void {
  all([id, password]).apply(([clusterId, known]) => {
    // The SDK's types promise a password; the API does not.
    if (!known) context.warn(missingPassword({ name, id: clusterId, engine }));
  });
}

function ownFirewall(cluster: DatabaseCluster, locals: DatabaseClusterLocals, context: ModuleContext): void {
  const name = firewallNames(context).own;
  // Protected with the cluster: what opens a private database to the world needs the same word as what deletes it.
  databaseFirewall({ cluster, locals, context, name, options: context.companion({ deletedWith: cluster }) });
}

/**
 * Leaves the list to others. A firewall that this stack had stays registered as it is, under another name: deleting it
 * would empty the list and open the cluster until its new owner is applied. When it goes at last it is only forgotten.
 */
function handOver(
  cluster: DatabaseCluster,
  locals: DatabaseClusterLocals,
  context: ModuleContext,
): Output<FirewallOwner> {
  const { own, former } = firewallNames(context);
  return output(context.inState(firewallType, [own, former])).apply((isThere): FirewallOwner => {
    const meanwhile = isThere ? "keeps the trusted sources it has" : "is open to the whole internet";
    context.warn(
      `database cluster "${locals.name}" ${meanwhile} until a DigitalOceanDatabaseFirewall is applied to it: external_firewall is true`,
    );
    if (isThere) {
      const options = {
        deletedWith: cluster,
        retainOnDelete: true,
        ignoreChanges: ["rules"],
        aliases: [{ name: own }],
      };
      const kept = { ...context.companion(options), protect: false };
      databaseFirewall({ cluster, locals, context, name: former, options: kept });
    }
    return "external";
  });
}

function firewallNames({ name }: ModuleContext): { readonly own: string; readonly former: string } {
  return { own: `${name}-firewall`, former: `${name}-former-firewall` };
}

interface FirewallRegistration {
  readonly cluster: DatabaseCluster;
  readonly locals: DatabaseClusterLocals;
  readonly context: ModuleContext;
  readonly name: string;
  readonly options: CustomResourceOptions;
}

function databaseFirewall({ cluster, locals, context, name, options }: FirewallRegistration): void {
  const { provider } = context;
  // Not asked in the preview of a new cluster, whose id is not known; without a value after it was deleted elsewhere.
  const ipRange = all([cluster.id, cluster.privateNetworkUuid]).apply(async ([, id]) =>
    id ? (await getVpc({ id }, { provider })).ipRange : "",
  );
  new DatabaseFirewall(
    name,
    {
      clusterId: cluster.id,
      rules: ipRange.apply((range) =>
        firewallRules([...(range === "" ? [] : [{ type: "ip_addr", value: range }]), ...locals.trustedSources]),
      ),
    },
    options,
  );
}
