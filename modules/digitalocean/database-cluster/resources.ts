import { DatabaseCluster } from "@pulumi/digitalocean/databaseCluster.js";
import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { getVpc } from "@pulumi/digitalocean/getVpc.js";
import { all, type CustomResourceOptions, type Output, output, runtime, unknown } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { missingPassword } from "../_shared/missing-password.js";
import { assertTagsExist } from "../_shared/missing-tags.js";
import { firewallRules } from "../_shared/trusted-sources.js";
import { clusterType, type DatabaseClusterLocals, type FirewallOwner } from "./locals.js";

const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";

/** The resources of the kind. */
export interface DatabaseClusterResources {
  readonly cluster: DatabaseCluster;
  readonly firewallOwner: FirewallOwner;
}

/** Makes the cluster and, unless it is public or left to others, its list of trusted sources. */
export function resources(locals: DatabaseClusterLocals, context: ModuleContext): DatabaseClusterResources {
  const cluster = databaseCluster(locals, context);
  warnWithoutPassword(cluster, locals, context);
  warnOfIgnoredStorage(locals, context);
  const { firewallOwner } = locals;
  if (firewallOwner === "stack") ownFirewall(cluster, locals, context);
  if (firewallOwner === "none") {
    context.warn(`database cluster "${locals.name}" is open to the whole internet: enable_public_connectivity is true`);
  }
  if (firewallOwner === "external") handOver(cluster, locals, context);
  return { cluster, firewallOwner };
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
      tags: checkedTags(locals, context),
      maintenanceWindows: maintenanceWindow && [maintenanceWindow],
      evictionPolicy: locals.evictionPolicy,
      sqlMode: locals.sqlMode,
      projectId: locals.projectId,
      backupRestore,
    },
    context.primary({
      // The plugin uses it for updates as well, and warns about a limit of their own.
      customTimeouts: { create: locals.createTimeout },
      // The plugin ignores a later change without a word; as a replacement the engine refuses it while data is protected.
      replaceOnChanges: ["backupRestore"],
      ignoreChanges: ignoredChanges(locals),
    }),
  );
}

/** The tags, once it is certain that the list of trusted sources will be taken: until then nothing is made. */
function checkedTags({ tags, trustedSources: rules }: DatabaseClusterLocals, context: ModuleContext): Output<string[]> {
  const checked = assertTagsExist({ rules, path: "spec.trusted_sources", made: tags }, context);
  return output(checked.then(() => [...tags]));
}

/**
 * What the plugin cannot take away is left as it is while the manifest has none: without a window it crashes, an empty SQL
 * mode is refused, and a backup is only where the data came from (plugin 4.80.1, terraform-provider-digitalocean v2.99.1).
 */
function ignoredChanges(locals: DatabaseClusterLocals): string[] {
  const { engine, maintenanceWindow, sqlMode, backupRestore, storageAutoscale } = locals;
  // What is ignored goes to a successor as well, whose engine may not have it.
  const hasAutoscale = engine === "pg" || engine === "mysql";
  return [
    ...(maintenanceWindow === undefined ? ["maintenanceWindows"] : []),
    ...(sqlMode === undefined && engine === "mysql" ? ["sqlMode"] : []),
    ...(backupRestore === undefined ? ["backupRestore"] : []),
    ...(storageAutoscale === undefined && hasAutoscale ? ["storageAutoscale"] : []),
    // What autoscaling has added would otherwise be taken away again.
    ...(storageAutoscale?.enabled ? ["storageSizeMib"] : []),
  ];
}

/** A cluster that was imported, or read with a token of small scope, may lack what one that was made here has. */
function warnWithoutPassword(
  { id, password }: DatabaseCluster,
  { name, engine }: DatabaseClusterLocals,
  context: ModuleContext,
): void {
  all([id, password]).apply(([clusterId, known]) => {
    // The SDK's types promise a password; the API does not.
    if (!known) {
      context.warn(missingPassword({ of: `the ${engine} cluster "${name}"`, clusterId, user: "doadmin", engine }));
    }
  });
}

const ownSuffix = "-firewall";
const formerSuffix = "-former-firewall";

/**
 * While autoscaling is on the storage is not compared, and a change of it in the manifest would be passed over
 * silently.
 */
function warnOfIgnoredStorage(
  { name, storageAutoscale, storageSizeMib }: DatabaseClusterLocals,
  context: ModuleContext,
) {
  const held = context.inState(clusterType).map(({ inputs }) => inputs["storageSizeMib"]);
  if (!storageAutoscale?.enabled || storageSizeMib === undefined || held.length === 0) return;
  if (!held.includes(storageSizeMib)) {
    context.warn(`storage_gib of database cluster "${name}" is not applied while storage_autoscale is on`);
  }
}

function ownFirewall(cluster: DatabaseCluster, locals: DatabaseClusterLocals, context: ModuleContext): void {
  // Protected with the cluster: what opens a private database to the world needs the same word as what deletes it.
  const options = context.companion(ownSuffix, { deletedWith: cluster });
  databaseFirewall({ cluster, locals, context, suffix: ownSuffix, options });
}

/**
 * Leaves the list to others. A firewall that this stack had stays registered as it is, under another name: deleting it
 * would empty the list and open the cluster until its new owner is applied. When it goes at last it is only forgotten.
 */
function handOver(cluster: DatabaseCluster, locals: DatabaseClusterLocals, context: ModuleContext): void {
  const hasFirewall = context.inState(firewallType).length > 0;
  const meanwhile = hasFirewall ? "keeps the trusted sources it has" : "is open to the whole internet";
  context.warn(
    `database cluster "${locals.name}" ${meanwhile} until a DigitalOceanDatabaseFirewall is applied to it: external_firewall is true`,
  );
  if (!hasFirewall) return;
  const kept = { deletedWith: cluster, retainOnDelete: true, ignoreChanges: ["rules"] };
  const options = { ...context.companion(formerSuffix, kept, [ownSuffix]), protect: false };
  databaseFirewall({ cluster, locals, context, suffix: formerSuffix, options });
}

/** True when the cluster goes to the default VPC of another region, whose range is known when it is there. */
function movesToOtherVpc({ region, vpcId }: DatabaseClusterLocals, context: ModuleContext): boolean {
  return vpcId === undefined && context.inState(clusterType).some(({ inputs }) => inputs["region"] !== region);
}

interface FirewallRegistration {
  readonly cluster: DatabaseCluster;
  readonly locals: DatabaseClusterLocals;
  readonly context: ModuleContext;
  readonly suffix: string;
  readonly options: CustomResourceOptions;
}

function databaseFirewall({ cluster, locals, context, suffix, options }: FirewallRegistration): void {
  const { provider } = context;
  const isMoved = movesToOtherVpc(locals, context);
  // Not asked in the preview of a new cluster, whose id is not known; without a value after it was deleted elsewhere.
  const ipRange = all([cluster.id, cluster.privateNetworkUuid]).apply(async ([, id]): Promise<string> => {
    // In a preview the plugin gives the VPC that the cluster leaves.
    if (isMoved && runtime.isDryRun()) return unknown as unknown as string;
    return id ? (await getVpc({ id }, { provider })).ipRange : "";
  });
  new DatabaseFirewall(
    `${context.name}${suffix}`,
    {
      clusterId: cluster.id,
      rules: ipRange.apply((range) =>
        firewallRules([...(range === "" ? [] : [{ type: "ip_addr", value: range }]), ...locals.trustedSources]),
      ),
    },
    options,
  );
}
