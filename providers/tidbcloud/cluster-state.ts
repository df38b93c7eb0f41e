import {
  asBoolean,
  asNonEmptyString,
  asObject,
  asObjects,
  asString,
  asStrings,
  type JsonObject,
} from "../../http/json.js";
import type { StateFacts } from "../kit/managed/managed-declaration.js";
import { ownerLabelKey, reservedLabelPrefix } from "./cluster-checks.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { connectionProperties, defaultDatabase } from "./connection.js";
import { asInteger, type ClusterKey, publicEndpointOf } from "./database.js";
import { hasRootPassword } from "./root-password.js";

// Written by the vendor (cluster.swagger.json of tidbcloud-cli 19aea6a, 2026-05).
const organizationLabel = "tidb.cloud/organization";
/** Label that names the project of a cluster; the one label of the vendor's that a creation may give. */
export const projectLabel = "tidb.cloud/project";

type Facts = StateFacts<ClusterState, ClusterKey>;

/** The labels of a cluster. */
export function labelsOf(cluster: JsonObject): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(cluster["labels"]) ?? {});
  return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

/** The region without "regions/"; undefined when the response names none. */
export function regionOf(cluster: JsonObject): string | undefined {
  return asNonEmptyString(asObject(cluster["region"])?.["name"])?.replace(/^regions\//, "");
}

/** The networks that may connect; undefined when the response does not show it. */
export function networksOf(cluster: JsonObject): NonNullable<ClusterInputs["publicEndpoint"]>["authorizedNetworks"] {
  const networks = publicEndpointOf(cluster)["authorizedNetworks"];
  if (!Array.isArray(networks)) return undefined;
  return asObjects(networks).map((network) => ({
    displayName: asString(network["displayName"]) ?? "",
    startIp: asString(network["startIpAddress"]) ?? "",
    endIp: asString(network["endIpAddress"]) ?? "",
  }));
}

/** The bounds of an Essential cluster; undefined for another. */
export function autoScalingOf(cluster: JsonObject): ClusterInputs["autoScaling"] {
  const scaling = asObject(cluster["autoScaling"]);
  const minRcu = asInteger(scaling?.["minRcu"]);
  const maxRcu = asInteger(scaling?.["maxRcu"]);
  return minRcu === undefined || maxRcu === undefined ? undefined : { minRcu, maxRcu };
}

/** The spending limit in cents; the API leaves a limit of 0 out of the object. Undefined when there is no object. */
export function spendingLimitOf(cluster: JsonObject): number | undefined {
  const limit = asObject(cluster["spendingLimit"]);
  return limit && (asInteger(limit["monthly"]) ?? 0);
}

/** When backups are made and how long they are kept. */
export function backupPolicyOf(cluster: JsonObject): NonNullable<ClusterInputs["automatedBackupPolicy"]> {
  const policy = asObject(cluster["automatedBackupPolicy"]);
  return { startTime: asNonEmptyString(policy?.["startTime"]), retentionDays: asInteger(policy?.["retentionDays"]) };
}

/** The labels that the stack manages; at an import all but the reserved ones. */
function managedLabels(cluster: JsonObject, { known, importing }: Facts): ClusterState["labels"] {
  const isOurs = (name: string): boolean =>
    importing ? !name.startsWith(reservedLabelPrefix) && name !== ownerLabelKey : known.labels?.[name] !== undefined;
  const labels = Object.entries(labelsOf(cluster)).filter(([name]) => isOurs(name));
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

function inputProperties(cluster: JsonObject, facts: Facts): ClusterState {
  const { known } = facts;
  const backup = backupPolicyOf(cluster);
  const startTime = backup.startTime ?? known.automatedBackupPolicy?.startTime;
  const retentionDays = backup.retentionDays ?? known.automatedBackupPolicy?.retentionDays;
  const authorizedNetworks = networksOf(cluster) ?? known.publicEndpoint?.authorizedNetworks;
  const encryption = asObject(cluster["encryptionConfig"]);
  const autoScaling = autoScalingOf(cluster);
  return {
    displayName: asString(cluster["displayName"]) ?? known.displayName,
    region: regionOf(cluster) ?? known.region,
    projectId: labelsOf(cluster)[projectLabel] ?? known.projectId,
    autoScaling,
    spendingLimitMonthlyCents:
      autoScaling === undefined ? (spendingLimitOf(cluster) ?? known.spendingLimitMonthlyCents) : undefined,
    publicEndpoint: { disabled: asBoolean(publicEndpointOf(cluster)["disabled"]) ?? false, authorizedNetworks },
    automatedBackupPolicy:
      startTime === undefined && retentionDays === undefined ? undefined : { startTime, retentionDays },
    enhancedEncryption: asBoolean(encryption?.["enhancedEncryptionEnabled"]) ?? known.enhancedEncryption,
    labels: managedLabels(cluster, facts),
    rootPassword: known.rootPassword,
    database: known.database ?? defaultDatabase,
  };
}

function privateProperties(cluster: JsonObject): ClusterState {
  const endpoint = asObject(asObject(cluster["endpoints"])?.["private"]) ?? {};
  const service = asObject(endpoint["aws"]) ?? asObject(endpoint["alicloud"]) ?? asObject(endpoint["gcp"]) ?? {};
  const zones = asStrings(service["availabilityZone"]);
  return {
    privateHost: asNonEmptyString(endpoint["host"]),
    privatePort: asInteger(endpoint["port"]) || undefined,
    privateServiceName: asNonEmptyString(service["serviceName"]) ?? asNonEmptyString(service["serviceAttachmentName"]),
    privateAvailabilityZones: zones.length === 0 ? undefined : zones,
  };
}

/** The state of a cluster by a response of the API, which may leave out most while the cluster is being created. */
export function clusterState(cluster: JsonObject, facts: Facts): ClusterState {
  const region = asObject(cluster["region"]);
  const { key, known, adopted } = facts;
  return {
    ...inputProperties(cluster, facts),
    ...connectionProperties(cluster, known),
    ...privateProperties(cluster),
    clusterId: key.clusterId,
    state: asString(cluster["state"]) ?? known.state,
    servicePlan: asNonEmptyString(cluster["servicePlan"]) ?? known.servicePlan,
    version: asNonEmptyString(cluster["version"]),
    regionName: asNonEmptyString(region?.["name"]),
    regionDisplayName: asNonEmptyString(region?.["displayName"]),
    cloudProvider: (
      asNonEmptyString(region?.["cloudProvider"]) ?? asNonEmptyString(region?.["provider"])
    )?.toLowerCase(),
    organizationId: labelsOf(cluster)[organizationLabel],
    hasRootPassword: hasRootPassword(cluster) ?? known.hasRootPassword,
    adopted,
    createTime: asNonEmptyString(cluster["createTime"]),
    createdBy: asNonEmptyString(cluster["createdBy"]),
  };
}
