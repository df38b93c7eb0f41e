import type { JsonObject } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { booleanAt, integerAt, objectAt, objectsAt, stringAt, stringMapAt } from "../body-fields.js";
import { newClusterId, newUserPrefix, stateOf } from "../database.js";
import { invalid, refusalOf } from "../refusals.js";
import { regionNamed } from "../regions.js";
import { acceptPassword } from "../root-password.js";
import { type AuthorizedNetwork, type Cluster, defaultProjectId, organizationId } from "../state.js";
import { presentClusters, type TidbWorkshop } from "../tidb-request.js";

/** What a new cluster's firewall lets in (docs.pingcap.com, configure-serverless-firewall-rules-for-public-endpoints). */
const allNetworks: AuthorizedNetwork = {
  startIpAddress: "0.0.0.0",
  endIpAddress: "255.255.255.255",
  displayName: "Allow_all_public_connections",
};

/** Backup policy of a new cluster (fixture in tidbcloud/terraform-provider-tidbcloud d00f192). */
const firstBackup = { startTime: "07:00", retentionDays: 1 };

const namePattern = /^[A-Za-z0-9][-A-Za-z0-9]{2,62}[A-Za-z0-9]$/;
const mostNetworks = 200;
const leastRcu = 2000;
const mostRcu = 100_000;
const mostInt32 = 2_147_483_647;

/** The display name of a request. Refuses with 400 one that breaks the specification's pattern. */
export function checkDisplayName(object: JsonObject): string {
  const name = stringAt(object, "displayName") ?? "";
  if (!namePattern.test(name)) throw invalid(`displayName "${name}" does not match ${namePattern.source}`);
  return name;
}

/** The spending limit in US cents; 0 when there is none. Refuses with 400 anything but a number from 0. */
export function checkSpendingLimit(object: JsonObject): number {
  const monthly = integerAt(objectAt(object, "spendingLimit") ?? {}, "monthly") ?? 0;
  if (monthly < 0 || monthly > mostInt32) throw invalid(`spendingLimit.monthly ${monthly} is out of range`);
  return monthly;
}

/** The auto-scaling of a request; null when there is none. Bounds as in the CLI's create command. Refuses with 400. */
export function checkAutoScaling(object: JsonObject): Cluster["autoScaling"] {
  const given = objectAt(object, "autoScaling");
  if (given === undefined) return null;
  const minRcu = integerAt(given, "minRcu");
  const maxRcu = integerAt(given, "maxRcu");
  if (minRcu === undefined || maxRcu === undefined) throw invalid("autoScaling needs minRcu and maxRcu");
  if (minRcu < leastRcu || maxRcu > mostRcu || minRcu > maxRcu)
    throw invalid(`autoScaling ${minRcu} to ${maxRcu} is not within ${leastRcu} to ${mostRcu}`);
  return { minRcu, maxRcu };
}

/** A backup policy, over what holds now. Refuses with 400. */
export function checkBackup(object: JsonObject, now: Cluster["backup"]): Cluster["backup"] {
  const given = objectAt(object, "automatedBackupPolicy") ?? {};
  const startTime = stringAt(given, "startTime") ?? now.startTime;
  const retentionDays = integerAt(given, "retentionDays") ?? now.retentionDays;
  if (!/^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(startTime)) throw invalid(`startTime "${startTime}" is not HH:mm`);
  if (retentionDays < 1 || retentionDays > 90) throw invalid(`retentionDays ${retentionDays} is not from 1 to 90`);
  return { startTime, retentionDays };
}

/** Whether the public endpoint is disabled; undefined when the request says nothing. */
export function checkPublicDisabled(object: JsonObject): boolean | undefined {
  return booleanAt(publicOf(object), "disabled");
}

/** The authorized networks; undefined when the request has none. Refuses with 400 broken ranges and more than 200. */
export function checkNetworks(object: JsonObject): readonly AuthorizedNetwork[] | undefined {
  const given = objectsAt(publicOf(object), "authorizedNetworks");
  if (given === undefined) return undefined;
  if (given.length > mostNetworks) throw invalid(`more than ${mostNetworks} authorized networks`);
  return given.map((network) => {
    const startIpAddress = stringAt(network, "startIpAddress") ?? "";
    const endIpAddress = stringAt(network, "endIpAddress") ?? "";
    const displayName = stringAt(network, "displayName") ?? "";
    const [start, end] = [ipNumber(startIpAddress), ipNumber(endIpAddress)];
    if (start === undefined || end === undefined || start > end || displayName === "")
      throw invalid(`authorized network "${displayName}" from "${startIpAddress}" to "${endIpAddress}" is invalid`);
    return { startIpAddress, endIpAddress, displayName };
  });
}

function publicOf(object: JsonObject): JsonObject {
  return objectAt(objectAt(object, "endpoints") ?? {}, "public") ?? {};
}

function ipNumber(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Labels of a request: those of its own, and the project that the reserved one names. */
interface CheckedLabels {
  readonly own: Readonly<Record<string, string>>;
  readonly projectId: string | undefined;
}

/** The labels of a request. Refuses with 400 reserved keys that cannot be set. */
export function checkLabels(object: JsonObject): CheckedLabels {
  const given = Object.entries(stringMapAt(object, "labels") ?? {});
  const reserved = Object.fromEntries(given.filter(([key]) => key.startsWith("tidb.cloud/")));
  const { "tidb.cloud/project": projectId, "tidb.cloud/organization": organization, ...others } = reserved;
  if (organization !== undefined && organization !== organizationId)
    throw invalid('label "tidb.cloud/organization" cannot be changed');
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`label "${unknown}" is reserved`);
  return { own: Object.fromEntries(given.filter(([key]) => !key.startsWith("tidb.cloud/"))), projectId };
}

/** The project for a cluster: the one that is named, else the default one. Refuses one that does not exist. */
export function checkProject(workshop: TidbWorkshop, projectId: string | undefined): string {
  const wanted = projectId ?? defaultProjectId;
  if (workshop.state.projects.some(({ id }) => id === wanted)) return wanted;
  throw refusalOf(workshop.settings.unknownProject, `project ${wanted} does not exist or is not accessible`);
}

/** The audit log's configuration, over what holds now. */
export function checkAuditLog(object: JsonObject, now: Cluster["auditLog"]): Cluster["auditLog"] {
  const given = objectAt(object, "auditLogConfig") ?? {};
  return {
    enabled: booleanAt(given, "enabled") ?? now.enabled,
    unredacted: booleanAt(given, "unredacted") ?? now.unredacted,
  };
}

/** What a cluster has that its message does not say. */
interface Origin {
  readonly createdBy: string;
  /** Default: a new one. */
  readonly clusterId?: string;
  /** Default: a new one. */
  readonly userPrefix?: string;
}

/**
 * Makes a cluster from a Cluster message. Refuses with 400 what is invalid, a project that does not exist, one free
 * cluster too many, and by a setting with 409 a name in use.
 */
export function createCluster(workshop: TidbWorkshop, body: JsonObject, origin: Origin): Cluster {
  const { settings, nowMs, state } = workshop;
  const displayName = checkDisplayName(body);
  const region = regionNamed(stringAt(objectAt(body, "region") ?? {}, "name") ?? "");
  const autoScaling = checkAutoScaling(body);
  const spendingLimit = checkSpendingLimit(body);
  if (autoScaling !== null && objectAt(body, "spendingLimit") !== undefined)
    throw invalid("spendingLimit and autoScaling are mutually exclusive");
  if (autoScaling !== null && !region.servicePlans.includes("Essential"))
    throw invalid(`the plan Essential is not offered in "${region.regionId}"`);
  const labels = checkLabels(body);
  const projectId = checkProject(workshop, labels.projectId);
  const password = stringAt(body, "rootPassword") ?? "";
  const disabled = checkPublicDisabled(body) ?? false;
  const networks = checkNetworks(body) ?? [allNetworks];
  refuseDuplicate(workshop, displayName);
  if (autoScaling === null && spendingLimit === 0) refuseBeyondQuota(workshop);
  const readyAtMs = workshop.doneAtMs("create");
  const neverActive = readyAtMs === null || settings.createEndsIn !== "ACTIVE";
  const cluster: Cluster = {
    clusterId: newClusterId(workshop),
    userPrefix: newUserPrefix(workshop),
    ...origin,
    displayName,
    regionId: region.regionId,
    projectId,
    createTimeMs: nowMs,
    updateTimeMs: nowMs,
    transition: "CREATING",
    changedAtMs: nowMs,
    readyAtMs,
    fieldsAtMs: neverActive ? null : readyAtMs + settings.lateFieldsMs,
    createEndsIn: settings.createEndsIn,
    forcedState: null,
    deletion: null,
    rootPassword: password === "" ? null : acceptPassword(password, settings),
    spendingLimit,
    autoScaling,
    backup: checkBackup(body, firstBackup),
    publicDisabled: disabled,
    networks,
    enhancedEncryption: booleanAt(objectAt(body, "encryptionConfig") ?? {}, "enhancedEncryptionEnabled") ?? false,
    auditLog: checkAuditLog(body, { enabled: false, unredacted: false }),
    labels: settings.createKeepsLabels ? labels.own : {},
    branches: [],
    sqlUsers: [],
  };
  state.clusters.push(cluster);
  return cluster;
}

/** Refuses with 409 a display name that another cluster has, when the setting says so. */
export function refuseDuplicate(workshop: TidbWorkshop, displayName: string, except?: Cluster): void {
  if (workshop.settings.duplicateNames === "allowed") return;
  const taken = presentClusters(workshop).some(
    (cluster) =>
      cluster !== except && cluster.displayName === displayName && stateOf(cluster, workshop.nowMs) !== "DELETED",
  );
  if (taken) throw new Refusal(409, `cluster "${displayName}" already exists`);
}

function refuseBeyondQuota(workshop: TidbWorkshop): void {
  const { settings, nowMs } = workshop;
  const free = presentClusters(workshop).filter(
    (cluster) => cluster.autoScaling === null && cluster.spendingLimit === 0 && stateOf(cluster, nowMs) !== "DELETED",
  );
  if (free.length < settings.freeClusters) return;
  throw refusalOf(
    settings.quotaAnswer,
    `the organization has reached its limit of ${settings.freeClusters} free clusters; to create more, add a credit card and set a spending limit`,
  );
}
