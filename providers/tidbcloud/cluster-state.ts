import { asFilledText, asFlag, asObject, asObjects, asText, asTexts, type JsonObject } from "../../http/json.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { ownerLabelKey, reservedLabelPrefix } from "./cluster-rules.js";
import {
  asWhole,
  connectionProperties,
  defaultDatabase,
  hasRootPassword,
  publicEndpointOf,
} from "./database-fields.js";

// Written by the vendor (cluster.swagger.json of tidbcloud-cli 19aea6a, 2026-05).
const organizationLabel = "tidb.cloud/organization";
/** Label that names the project of a cluster; the one label of the vendor's that a creation may give. */
export const projectLabel = "tidb.cloud/project";

/** What is known of a cluster beside the vendor's answer. */
export interface KnownCluster {
  /** Fallback for what the answer leaves out, and all that the vendor does not keep. */
  readonly values: ClusterState;
  /** The root password, when it is sure. */
  readonly password: string | undefined;
  readonly adopted: boolean;
  /** Names of the labels that are ours to manage; undefined: all but the reserved ones. */
  readonly labelNames: readonly string[] | undefined;
}

/** The labels of a cluster. */
export function labelsOf(cluster: JsonObject): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(cluster["labels"]) ?? {});
  return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

/** The region without "regions/"; undefined when the answer names none. */
export function regionOf(cluster: JsonObject): string | undefined {
  return asFilledText(asObject(cluster["region"])?.["name"])?.replace(/^regions\//, "");
}

/** The networks that may connect; undefined when the answer does not tell. */
export function networksOf(cluster: JsonObject): NonNullable<ClusterInputs["publicEndpoint"]>["authorizedNetworks"] {
  const networks = publicEndpointOf(cluster)["authorizedNetworks"];
  if (!Array.isArray(networks)) return undefined;
  return asObjects(networks).map((network) => ({
    displayName: asText(network["displayName"]) ?? "",
    startIp: asText(network["startIpAddress"]) ?? "",
    endIp: asText(network["endIpAddress"]) ?? "",
  }));
}

/** The bounds of an Essential cluster; undefined for another. */
export function autoScalingOf(cluster: JsonObject): ClusterInputs["autoScaling"] {
  const scaling = asObject(cluster["autoScaling"]);
  const minRcu = asWhole(scaling?.["minRcu"]);
  const maxRcu = asWhole(scaling?.["maxRcu"]);
  return minRcu === undefined || maxRcu === undefined ? undefined : { minRcu, maxRcu };
}

/** The spending limit in cents; the API leaves a limit of 0 out of the object. Undefined when there is no object. */
export function spendingLimitOf(cluster: JsonObject): number | undefined {
  const limit = asObject(cluster["spendingLimit"]);
  return limit && (asWhole(limit["monthly"]) ?? 0);
}

/** When backups are made and how long they are kept. */
export function backupPolicyOf(cluster: JsonObject): NonNullable<ClusterInputs["automatedBackupPolicy"]> {
  const policy = asObject(cluster["automatedBackupPolicy"]);
  return { startTime: asFilledText(policy?.["startTime"]), retentionDays: asWhole(policy?.["retentionDays"]) };
}

function managedLabels(cluster: JsonObject, names: readonly string[] | undefined): ClusterState["labels"] {
  const isOurs = (name: string): boolean =>
    names?.includes(name) ?? (!name.startsWith(reservedLabelPrefix) && name !== ownerLabelKey);
  const labels = Object.entries(labelsOf(cluster)).filter(([name]) => isOurs(name));
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

function inputProperties(cluster: JsonObject, { values, labelNames, password }: KnownCluster): ClusterState {
  const backup = backupPolicyOf(cluster);
  const startTime = backup.startTime ?? values.automatedBackupPolicy?.startTime;
  const retentionDays = backup.retentionDays ?? values.automatedBackupPolicy?.retentionDays;
  const authorizedNetworks = networksOf(cluster) ?? values.publicEndpoint?.authorizedNetworks;
  const encryption = asObject(cluster["encryptionConfig"]);
  const autoScaling = autoScalingOf(cluster);
  return {
    displayName: asText(cluster["displayName"]) ?? values.displayName,
    region: regionOf(cluster) ?? values.region,
    projectId: labelsOf(cluster)[projectLabel] ?? values.projectId,
    autoScaling,
    spendingLimitMonthlyCents:
      autoScaling === undefined ? (spendingLimitOf(cluster) ?? values.spendingLimitMonthlyCents) : undefined,
    publicEndpoint: { disabled: asFlag(publicEndpointOf(cluster)["disabled"]) ?? false, authorizedNetworks },
    automatedBackupPolicy:
      startTime === undefined && retentionDays === undefined ? undefined : { startTime, retentionDays },
    enhancedEncryption: asFlag(encryption?.["enhancedEncryptionEnabled"]) ?? values.enhancedEncryption,
    labels: managedLabels(cluster, labelNames),
    rootPassword: password,
    ...localProperties(values),
  };
}

/** The inputs that the vendor never hears of. */
function localProperties(values: ClusterState): ClusterState {
  const { keepRootPassword, adoption, readyTimeoutSeconds, deleteTimeoutSeconds, deletionPolicy, owner } = values;
  const database = values.database ?? defaultDatabase;
  return { keepRootPassword, adoption, readyTimeoutSeconds, deleteTimeoutSeconds, deletionPolicy, owner, database };
}

function privateProperties(cluster: JsonObject): ClusterState {
  const endpoint = asObject(asObject(cluster["endpoints"])?.["private"]) ?? {};
  const service = asObject(endpoint["aws"]) ?? asObject(endpoint["alicloud"]) ?? asObject(endpoint["gcp"]) ?? {};
  const zones = asTexts(service["availabilityZone"]);
  return {
    privateHost: asFilledText(endpoint["host"]),
    privatePort: asWhole(endpoint["port"]) || undefined,
    privateServiceName: asFilledText(service["serviceName"]) ?? asFilledText(service["serviceAttachmentName"]),
    privateAvailabilityZones: zones.length === 0 ? undefined : zones,
  };
}

/** The state of a cluster by an answer of the API, which may leave out most while the cluster is being made. */
export function clusterState(cluster: JsonObject, known: KnownCluster): ClusterState {
  const region = asObject(cluster["region"]);
  const { password, values } = known;
  return {
    ...inputProperties(cluster, known),
    ...connectionProperties(cluster, { databaseName: values.database ?? defaultDatabase, password }),
    ...privateProperties(cluster),
    clusterId: asText(cluster["clusterId"]) ?? values.clusterId,
    state: asText(cluster["state"]) ?? values.state,
    servicePlan: asFilledText(cluster["servicePlan"]) ?? values.servicePlan,
    version: asFilledText(cluster["version"]),
    regionName: asFilledText(region?.["name"]),
    regionDisplayName: asFilledText(region?.["displayName"]),
    cloudProvider: (asFilledText(region?.["cloudProvider"]) ?? asFilledText(region?.["provider"]))?.toLowerCase(),
    organizationId: labelsOf(cluster)[organizationLabel],
    hasRootPassword: hasRootPassword(cluster) ?? values.hasRootPassword,
    adopted: known.adopted,
    createTime: asFilledText(cluster["createTime"]),
    createdBy: asFilledText(cluster["createdBy"]),
  };
}
