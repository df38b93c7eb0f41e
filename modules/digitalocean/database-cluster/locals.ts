import type { Output } from "@pulumi/pulumi";
import {
  DigitalOceanDatabaseClusterSpec_MaintenanceWindow_Day as Day,
  type DigitalOceanDatabaseClusterSpec,
  type DigitalOceanDatabaseClusterStackInput,
  DigitalOceanDatabaseClusterSpec_Engine as Engine,
  DigitalOceanDatabaseClusterSpec_EvictionPolicy as EvictionPolicy,
} from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_cluster_pb.js";
import type { HeldResource, ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { isJsonObject } from "../../../http/json.js";
import { storageSizeMib } from "../_shared/storage-size.js";
import { externalFirewallTag, vendorTags } from "../_shared/tags.js";
import { type FirewallRule, firewallRule } from "../_shared/trusted-sources.js";

/** Who sets the cluster's list of trusted sources: this stack, a DigitalOceanDatabaseFirewall, or no one (public). */
export type FirewallOwner = "stack" | "external" | "none";

/** Growth of the storage as the SDK takes it. */
export interface StorageAutoscale {
  readonly enabled: boolean;
  readonly thresholdPercent?: number | undefined;
  readonly incrementGib?: number | undefined;
}

/** The values of a database cluster. */
export interface DatabaseClusterLocals {
  readonly name: string;
  /** DigitalOcean's slug: pg, mysql, mongodb, valkey, kafka, opensearch. */
  readonly engine: string;
  readonly version: string;
  readonly region: string;
  readonly size: string;
  readonly nodeCount: number;
  readonly vpcId: Output<string> | undefined;
  /** MiB in plain digits; undefined leaves the storage to the size. */
  readonly storageSizeMib: string | undefined;
  /** Undefined leaves it as it is at DigitalOcean. */
  readonly storageAutoscale: StorageAutoscale | undefined;
  readonly tags: readonly string[];
  /** Hour is HH:MM in UTC. */
  readonly maintenanceWindow: { readonly day: string; readonly hour: string } | undefined;
  readonly evictionPolicy: string | undefined;
  readonly sqlMode: string | undefined;
  readonly projectId: string | undefined;
  /** Name of the cluster that was backed up, and when (RFC 3339; undefined: the newest backup). */
  readonly backupRestore: { readonly databaseName: string; readonly backupCreatedAt: string | undefined } | undefined;
  readonly firewallOwner: FirewallOwner;
  /** Who may connect beside the VPC's own range. */
  readonly trustedSources: readonly FirewallRule[];
  /** A number with a unit: "60m". */
  readonly createTimeout: string;
}

/** The values of a database cluster manifest. */
export function locals(input: DigitalOceanDatabaseClusterStackInput, context: ModuleContext): DatabaseClusterLocals {
  const spec = present(input.target?.spec, "target.spec");
  const { maintenanceWindow, restoreFromBackup } = spec;
  return {
    name: spec.clusterName ?? context.resourceName,
    engine: Engine[spec.engine],
    version: spec.engineVersion,
    region: spec.region,
    size: spec.sizeSlug,
    nodeCount: spec.nodeCount,
    vpcId: context.input(spec.vpc),
    storageSizeMib: storageSizeMib(spec.storageGib),
    storageAutoscale: storageAutoscale(spec, context),
    tags: vendorTags({
      tags: spec.externalFirewall === true ? [...spec.tags, externalFirewallTag] : spec.tags,
      labels: context.labels,
      owner: context.owner,
      warn: context.warn,
    }),
    maintenanceWindow: maintenanceWindow && { day: Day[maintenanceWindow.day], hour: maintenanceWindow.hour },
    evictionPolicy: spec.evictionPolicy === undefined ? undefined : EvictionPolicy[spec.evictionPolicy],
    sqlMode: spec.sqlMode,
    projectId: spec.projectId,
    backupRestore: restoreFromBackup && {
      databaseName: restoreFromBackup.clusterName,
      backupCreatedAt: restoreFromBackup.backupCreatedAt,
    },
    firewallOwner: firewallOwner(spec),
    trustedSources: spec.trustedSources.map(firewallRule),
    createTimeout: present(spec.createTimeout, "target.spec.create_timeout"),
  };
}

/** Type token of a cluster. */
export const clusterType = "digitalocean:index/databaseCluster:DatabaseCluster";

/** DigitalOcean's defaults (OpenAPI document, revision 7c1300c4). Without them the plugin sends zeros, below its minima. */
const switchedOff: StorageAutoscale = { enabled: false, thresholdPercent: 80, incrementGib: 10 };

/**
 * Given only where the manifest has it on, and switched off where the state has it on: the plugin leaves autoscaling on
 * when the argument is merely taken away (terraform-provider-digitalocean v2.99.1), and what DigitalOcean returns for one
 * that is off is not known.
 */
function storageAutoscale(
  { engine, storageAutoscale: wanted }: DigitalOceanDatabaseClusterSpec,
  context: ModuleContext,
): StorageAutoscale | undefined {
  if (engine !== Engine.pg && engine !== Engine.mysql) return undefined;
  if (wanted?.enabled === true) {
    return { enabled: true, thresholdPercent: wanted.thresholdPercent, incrementGib: wanted.incrementGib };
  }
  return context.inState(clusterType).some(hasAutoscale) ? switchedOff : undefined;
}

function hasAutoscale({ inputs: { storageAutoscale: held } }: HeldResource): boolean {
  return isJsonObject(held) && held["enabled"] === true;
}

function firewallOwner(spec: DigitalOceanDatabaseClusterSpec): FirewallOwner {
  if (spec.externalFirewall === true) return "external";
  return spec.enablePublicConnectivity === true ? "none" : "stack";
}
