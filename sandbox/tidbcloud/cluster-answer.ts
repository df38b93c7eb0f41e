import { shownState, stateOf } from "./database-state.js";
import { connectionFields } from "./endpoints.js";
import { regionAnswer, regions } from "./regions.js";
import { type Cluster, organizationId } from "./state.js";
import type { TidbWorkshop } from "./tidb-request.js";

/** What an answer is for: a view of a cluster, or the answer of a PATCH, which has no annotations. */
export type ClusterView = "BASIC" | "FULL" | "PATCH";

/**
 * Fields that a view leaves out. BASIC, also in lists, as the Terraform provider and the CLI's fixtures have it
 * (tidbcloud/terraform-provider-tidbcloud d00f192, tidbcloud/tidbcloud-cli 19aea6a); the exact split is not documented.
 */
const leftOut: Readonly<Record<ClusterView, readonly string[]>> = {
  BASIC: ["spendingLimit", "automatedBackupPolicy"],
  FULL: [],
  PATCH: ["annotations"],
};

/** Version of TiDB that the sandbox's clusters have. */
const tidbVersion = "v8.5.3";

/** A cluster as the API answers it. */
export function clusterAnswer(cluster: Cluster, workshop: TidbWorkshop, view: ClusterView): unknown {
  const { nowMs, settings } = workshop;
  const creating = stateOf(cluster, nowMs) === "CREATING";
  const answer = {
    ...identity(cluster, workshop),
    ...plan(cluster, settings.fields === "sparse"),
    ...connectionFields({
      database: cluster,
      regionId: cluster.regionId,
      publicPart: {
        ...(settings.fields === "sparse" && !cluster.publicDisabled ? {} : { disabled: cluster.publicDisabled }),
        authorizedNetworks: cluster.networks,
      },
      nowMs,
      settings,
    }),
    ...(creating && settings.creatingFields !== "empty" ? {} : { version: creating ? "" : tidbVersion }),
    automatedBackupPolicy: cluster.backup,
    rootPassword: "",
    encryptionConfig: { enhancedEncryptionEnabled: cluster.enhancedEncryption },
    highAvailabilityType: "ZONAL",
    auditLogConfig: cluster.auditLog,
    ...(settings.unknownFields
      ? { usage: { requestUnit: "0", rowBasedStorage: 0 }, futureField: { anything: ["new"] } }
      : {}),
  };
  return Object.fromEntries(Object.entries(answer).filter(([key]) => !leftOut[view].includes(key)));
}

function identity(cluster: Cluster, { nowMs, settings }: TidbWorkshop): object {
  const region = regions.find(({ regionId }) => regionId === cluster.regionId);
  return {
    name: `clusters/${cluster.clusterId}`,
    clusterId: cluster.clusterId,
    displayName: cluster.displayName,
    region: region === undefined ? { name: `regions/${cluster.regionId}` } : regionAnswer(region),
    state: shownState(cluster, nowMs, settings.unknownState),
    createdBy: cluster.createdBy,
    createTime: new Date(cluster.createTimeMs).toISOString(),
    updateTime: new Date(cluster.updateTimeMs).toISOString(),
    labels: {
      ...cluster.labels,
      "tidb.cloud/organization": organizationId,
      "tidb.cloud/project": cluster.projectId,
    },
    annotations: {
      "tidb.cloud/has-set-password": String(cluster.rootPassword !== null),
      "tidb.cloud/available-features": "DELEGATE_USER,DISABLE_PUBLIC_LB,PRIVATELINK",
    },
  };
}

function plan({ autoScaling, spendingLimit }: Cluster, sparse: boolean): object {
  if (autoScaling !== null) return { clusterPlan: "ESSENTIAL", servicePlan: "Essential", autoScaling };
  const limit = sparse && spendingLimit === 0 ? {} : { monthly: spendingLimit };
  return { clusterPlan: "STARTER", servicePlan: "Starter", spendingLimit: limit };
}
