import { Refusal } from "../kit/refusal.js";
import type { Answer } from "../kit/sandbox-vendor.js";
import { textAt } from "./body-fields.js";
import { hasFields, stateOf } from "./database-state.js";
import { connectionFields } from "./endpoints.js";
import { listPage } from "./list-page.js";
import { newBranchId, newUserPrefix } from "./random-ids.js";
import { invalid, wrongState } from "./refusals.js";
import { acceptPassword } from "./root-password.js";
import type { Branch, Cluster } from "./state.js";
import { clusterOf, clusterRoute, type TidbRequest, type TidbRoute } from "./tidb-request.js";

/** `/v1beta1/clusters/{clusterId}/branches`: list, create, get, delete, reset, and the password of the root user. */
export const branchRoutes: readonly TidbRoute[] = [
  clusterRoute("GET", "/branches", list),
  clusterRoute("POST", "/branches", create),
  clusterRoute("GET", "/branches/:branch", (request) => ({
    status: 200,
    body: branchAnswer(branchOf(request), request),
  })),
  clusterRoute("DELETE", "/branches/:branch", remove),
  // The router takes ":reset" for a part of the id.
  clusterRoute("POST", "/branches/:branch", reset),
  clusterRoute("PATCH", "/branches/:branch/sqlUsers/:user", changePassword),
];

function presentBranches(cluster: Cluster, nowMs: number): readonly Branch[] {
  return cluster.branches.filter((branch) => stateOf(branch, nowMs) !== undefined);
}

function branchOf(request: TidbRequest, id = request.params["branch"] ?? ""): Branch {
  const found = presentBranches(clusterOf(request), request.nowMs).find(({ branchId }) => branchId === id);
  if (found === undefined) throw new Refusal(404, `branch ${id} not found`);
  return found;
}

function list(request: TidbRequest): Answer {
  const page = listPage(presentBranches(clusterOf(request), request.nowMs), request.query);
  const { nextPageToken, totalSize } = page;
  return {
    status: 200,
    body: { branches: page.items.map((branch) => branchAnswer(branch, request)), nextPageToken, totalSize },
  };
}

function create(request: TidbRequest): Answer {
  const { body, nowMs, settings } = request;
  const cluster = clusterOf(request);
  if (stateOf(cluster, nowMs) !== "ACTIVE") throw wrongState(`cluster ${cluster.clusterId} is not ACTIVE`);
  const displayName = textAt(body, "displayName") ?? "";
  if (displayName === "" || displayName.length > 64) throw invalid("displayName must be of 1 to 64 characters");
  const parentId = textAt(body, "parentId") || cluster.clusterId;
  if (parentId !== cluster.clusterId) branchOf(request, parentId);
  const password = textAt(body, "rootPassword") ?? "";
  const readyAtMs = request.doneAtMs("create");
  const branch: Branch = {
    branchId: newBranchId(request),
    displayName,
    parentId,
    parentTimestamp: timestampOf(textAt(body, "parentTimestamp"), nowMs),
    createdBy: `apikey-${request.caller.key.publicKey}`,
    createTimeMs: nowMs,
    updateTimeMs: nowMs,
    userPrefix: newUserPrefix(request),
    transition: "CREATING",
    changedAtMs: nowMs,
    readyAtMs,
    fieldsAtMs: readyAtMs,
    deletion: null,
    rootPassword: password === "" ? null : acceptPassword(password, settings),
  };
  cluster.branches.push(branch);
  return { status: 200, body: branchAnswer(branch, request) };
}

/** A point in time on the parent, cut to seconds. */
function timestampOf(text: string | undefined, nowMs: number): string {
  const ms = text === undefined || text === "" ? nowMs : Date.parse(text);
  if (Number.isNaN(ms) || ms > nowMs) throw invalid(`parentTimestamp "${text}" is not a time in the past`);
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function remove(request: TidbRequest): Answer {
  const cluster = clusterOf(request);
  const branch = branchOf(request);
  if (presentBranches(cluster, request.nowMs).some(({ parentId }) => parentId === branch.branchId))
    throw wrongState(`branch ${branch.branchId} has branches of its own`);
  // Branches have no DELETING (branch.swagger.json): the last answer is the one with DELETED.
  branch.deletion = { deletedAtMs: request.nowMs, goneAtMs: null };
  cluster.branches = cluster.branches.filter((entry) => entry !== branch);
  return { status: 200, body: branchAnswer(branch, request) };
}

function reset(request: TidbRequest): Answer {
  const [id = "", verb] = (request.params["branch"] ?? "").split(":");
  if (verb !== "reset") throw new Refusal(404, "not found");
  const branch = branchOf(request, id);
  if (stateOf(branch, request.nowMs) !== "ACTIVE") throw wrongState(`branch ${id} is not ACTIVE`);
  branch.transition = "RESTORING";
  branch.changedAtMs = request.nowMs;
  branch.updateTimeMs = request.nowMs;
  branch.readyAtMs = request.doneAtMs("change");
  return { status: 200, body: branchAnswer(branch, request) };
}

function changePassword(request: TidbRequest): Answer {
  const branch = branchOf(request);
  const username = request.params["user"] ?? "";
  if (!hasFields(branch, request.nowMs)) throw wrongState(`branch ${branch.branchId} is not ACTIVE`);
  if (username !== `${branch.userPrefix}.root`) throw new Refusal(404, `user "${username}" not found`);
  branch.rootPassword = acceptPassword(textAt(request.body, "password") ?? "", request.settings);
  return { status: 200, body: { username } };
}

function branchAnswer(branch: Branch, request: TidbRequest): unknown {
  const { nowMs, settings } = request;
  const cluster = clusterOf(request);
  const parent = cluster.branches.find(({ branchId }) => branchId === branch.parentId) ?? cluster;
  return {
    name: `clusters/${cluster.clusterId}/branches/${branch.branchId}`,
    branchId: branch.branchId,
    displayName: branch.displayName,
    clusterId: cluster.clusterId,
    parentId: branch.parentId,
    parentDisplayName: parent.displayName,
    parentTimestamp: branch.parentTimestamp,
    createdBy: branch.createdBy,
    state: stateOf(branch, nowMs),
    ...connectionFields({
      database: branch,
      regionId: cluster.regionId,
      publicPart: { disabled: cluster.publicDisabled, authorizedNetworks: cluster.networks },
      nowMs,
      settings,
    }),
    createTime: new Date(branch.createTimeMs).toISOString(),
    updateTime: new Date(branch.updateTimeMs).toISOString(),
    annotations: { "tidb.cloud/has-set-password": String(branch.rootPassword !== null) },
    rootPassword: "",
  };
}
