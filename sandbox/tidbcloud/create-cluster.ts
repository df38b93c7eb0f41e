import type { JsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { booleanAt, objectAt, textAt } from "./body-fields.js";
import {
  allNetworks,
  checkAuditLog,
  checkAutoScaling,
  checkBackup,
  checkDisplayName,
  checkLabels,
  checkNetworks,
  checkProject,
  checkPublicDisabled,
  checkSpendingLimit,
  firstBackup,
} from "./check-cluster.js";
import { stateOf } from "./database-state.js";
import { newClusterId, newUserPrefix } from "./random-ids.js";
import { invalid, refusalOf } from "./refusals.js";
import { regionNamed } from "./regions.js";
import { acceptPassword } from "./root-password.js";
import type { Cluster } from "./state.js";
import { presentClusters, type TidbWorkshop } from "./tidb-request.js";

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
  const region = regionNamed(textAt(objectAt(body, "region") ?? {}, "name") ?? "");
  const autoScaling = checkAutoScaling(body);
  const spendingLimit = checkSpendingLimit(body);
  if (autoScaling !== null && objectAt(body, "spendingLimit") !== undefined)
    throw invalid("spendingLimit and autoScaling exclude each other");
  if (autoScaling !== null && !region.servicePlans.includes("Essential"))
    throw invalid(`the plan Essential is not offered in "${region.regionId}"`);
  const labels = checkLabels(body);
  const projectId = checkProject(workshop, labels.projectId);
  const password = textAt(body, "rootPassword") ?? "";
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
