import type { JsonObject } from "../../kit/base/json-fields.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import { objectAt, stringAt } from "../body-fields.js";
import { invalid, refusal, rpcCodes } from "../refusals.js";
import { acceptPassword } from "../root-password.js";
import type { Cluster } from "../state.js";
import {
  changeableClusterOf,
  clusterRoute,
  type TidbRequest,
  type TidbRoute,
  type TidbWorkshop,
} from "../tidb-request.js";
import { clusterResponse } from "./clusters.js";
import {
  checkAuditLog,
  checkAutoScaling,
  checkBackup,
  checkDisplayName,
  checkLabels,
  checkNetworks,
  checkPublicDisabled,
  checkSpendingLimit,
  refuseDuplicate,
} from "./create-cluster.js";

/** One masked path at work: changes the cluster as the given one says. */
type Apply = (cluster: Cluster, given: JsonObject, workshop: TidbWorkshop) => void;

const applyDisabled: Apply = (cluster, given) => {
  cluster.publicDisabled = checkPublicDisabled(given) ?? false;
};
const applyNetworks: Apply = (cluster, given) => {
  cluster.networks = checkNetworks(given) ?? [];
};
const applyEndpoints: Apply = (cluster, given, workshop) => {
  applyDisabled(cluster, given, workshop);
  applyNetworks(cluster, given, workshop);
};
const applyBackup: Apply = (cluster, given) => {
  cluster.backup = checkBackup(given, cluster.backup);
};
const applyAuditLog: Apply = (cluster, given) => {
  cluster.auditLog = checkAuditLog(given, cluster.auditLog);
};

/**
 * What each path of an updateMask does; every other path is refused. The paths are those that official clients send
 * (tidbcloud/tidbcloud-cli 19aea6a, tidbcloud/terraform-provider-tidbcloud d00f192) and their parents.
 */
const applyByPath: ReadonlyMap<string, Apply> = new Map([
  ["displayName", applyDisplayName],
  ["labels", applyLabels],
  ["spendingLimit", applySpendingLimit],
  ["spendingLimit.monthly", applySpendingLimit],
  ["autoScaling", applyAutoScaling],
  ["automatedBackupPolicy", applyBackup],
  ["automatedBackupPolicy.startTime", applyBackup],
  ["automatedBackupPolicy.retentionDays", applyBackup],
  ["endpoints", applyEndpoints],
  ["endpoints.public", applyEndpoints],
  ["endpoints.public.disabled", applyDisabled],
  ["endpoints.public.authorizedNetworks", applyNetworks],
  ["auditLogConfig", applyAuditLog],
  ["auditLogConfig.enabled", applyAuditLog],
  ["auditLogConfig.unredacted", applyAuditLog],
]);

/** What {@link patchCluster} applies. */
interface ClusterPatch {
  /** Paths with commas between them. */
  readonly mask: string;
  /** Fields outside the mask are ignored. */
  readonly given: JsonObject;
}

/** Applies the masked fields. Refuses with 400 a missing mask, unknown or immutable paths, and invalid values. */
function patchCluster(cluster: Cluster, { mask, given }: ClusterPatch, workshop: TidbWorkshop): void {
  const paths = mask.split(",").map((path) => path.trim());
  if (mask.trim() === "") throw invalid("updateMask is required");
  if (paths.length > 1 && workshop.settings.commaMasks === "refused")
    throw invalid(`updateMask "${mask}" has more than one path`);
  for (const path of paths) {
    const apply = applyByPath.get(path);
    if (apply === undefined) throw invalid(`updateMask: "${path}" cannot be updated`);
    apply(cluster, maskedOf(path, given), workshop);
  }
  cluster.updateTimeMs = workshop.nowMs;
}

/** Of a policy's fields only the one that the path names: its neighbours are outside the mask. */
function maskedOf(path: string, given: JsonObject): JsonObject {
  const [group = "", field] = path.split(".");
  if (field === undefined || group === "endpoints") return given;
  const value = given[group];
  if (typeof value !== "object" || value === null) return given;
  return { ...given, [group]: Object.fromEntries(Object.entries(value).filter(([key]) => key === field)) };
}

function applyDisplayName(cluster: Cluster, given: JsonObject, workshop: TidbWorkshop): void {
  const displayName = checkDisplayName(given);
  refuseDuplicate(workshop, displayName, cluster);
  cluster.displayName = displayName;
}

function applyLabels(cluster: Cluster, given: JsonObject, { settings }: TidbWorkshop): void {
  const { own, projectId } = checkLabels(given);
  if (projectId !== undefined && projectId !== cluster.projectId)
    throw invalid('label "tidb.cloud/project" cannot be changed');
  cluster.labels = settings.labelUpdate === "merge" ? { ...cluster.labels, ...own } : own;
}

function applySpendingLimit(cluster: Cluster, given: JsonObject, workshop: TidbWorkshop): void {
  const limit = checkSpendingLimit(given);
  if (cluster.autoScaling !== null) switchPlan(workshop, "Starter");
  cluster.autoScaling = null;
  cluster.spendingLimit = limit;
}

function applyAutoScaling(cluster: Cluster, given: JsonObject, workshop: TidbWorkshop): void {
  const autoScaling = checkAutoScaling(given);
  if (autoScaling === null) throw invalid("autoScaling needs minRcu and maxRcu");
  if (cluster.autoScaling === null) switchPlan(workshop, "Essential");
  cluster.autoScaling = autoScaling;
  cluster.spendingLimit = 0;
  cluster.transition = "MODIFYING";
  cluster.changedAtMs = workshop.nowMs;
  cluster.readyAtMs = workshop.doneAtMs("change");
}

function switchPlan({ settings }: TidbWorkshop, plan: string): void {
  if (settings.planSwitch === "refused")
    throw refusal(400, rpcCodes.failedPrecondition, `the plan of a cluster cannot be changed to ${plan}`);
}

/** PATCH of a cluster, and its root password. */
export const clusterChangeRoutes: readonly TidbRoute[] = [
  clusterRoute("PATCH", "", patch),
  clusterRoute("PUT", "/password", changePassword),
];

function patch(request: TidbRequest): VendorResponse {
  const cluster = changeableClusterOf(request);
  const given = objectAt(request.body, "cluster") ?? {};
  const id = stringAt(given, "clusterId");
  if (id !== undefined && id !== cluster.clusterId) throw invalid(`cluster.clusterId is not ${cluster.clusterId}`);
  patchCluster(cluster, { mask: stringAt(request.body, "updateMask") ?? "", given }, request);
  return { status: 200, body: clusterResponse(cluster, request, "PATCH") };
}

function changePassword(request: TidbRequest): VendorResponse {
  const cluster = changeableClusterOf(request);
  cluster.rootPassword = acceptPassword(stringAt(request.body, "password") ?? "", request.settings);
  cluster.updateTimeMs = request.nowMs;
  return { status: 200, body: {} };
}
