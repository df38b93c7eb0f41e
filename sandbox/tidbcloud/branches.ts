import type { JsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collection } from "../kit/vendor/collection.js";
import type { Collection } from "../kit/vendor/collection-definition.js";
import type { VendorResponse } from "../kit/vendor/sandbox-vendor.js";
import { stringAt } from "./body-fields.js";
import { connectionFields, hasFields, newBranchId, newUserPrefix, stateOf } from "./database.js";
import { invalid, wrongState } from "./refusals.js";
import { acceptPassword } from "./root-password.js";
import type { Branch } from "./state.js";
import { clusterOf, clusterRoute, responseForm, type TidbRequest, type TidbRoute } from "./tidb-request.js";

const branches: Collection<TidbRequest, Branch> = collection({
  path: "/v1beta1/clusters/:cluster/branches/:branch",
  keys: ["branch", "branches"],
  form: responseForm,
  items: (request) => clusterOf(request).branches,
  id: ({ branchId }) => branchId,
  // Branches have no DELETING (branch.swagger.json): the last response is the one with DELETED.
  view: (branch, request, { operation }) =>
    operation === "delete" ? branchView(branch, request, "DELETED") : branchView(branch, request),
  build,
  notFound,
  inUse: {
    by: ({ branchId }, request) => branches.present(request).some(({ parentId }) => parentId === branchId),
    refusal: (branchId) => wrongState(`branch ${branchId} has branches of its own`),
  },
});

/** `/v1beta1/clusters/{clusterId}/branches`: list, create, get, delete, reset, and the password of the root user. */
export const branchRoutes: readonly TidbRoute[] = [
  ...branches.routes,
  // The router takes ":reset" for a part of the id.
  clusterRoute("POST", "/branches/:branch", reset),
  clusterRoute("PATCH", "/branches/:branch/sqlUsers/:user", changePassword),
];

function notFound(branchId: string): Refusal {
  return new Refusal(404, `branch ${branchId} not found`);
}

function existingBranch(branchId: string, request: TidbRequest): Branch {
  const branch = branches.find(branchId, request);
  if (branch === undefined) throw notFound(branchId);
  return branch;
}

function build(body: JsonObject, request: TidbRequest): Branch {
  const { nowMs, settings } = request;
  const cluster = clusterOf(request);
  if (stateOf(cluster, nowMs) !== "ACTIVE") throw wrongState(`cluster ${cluster.clusterId} is not ACTIVE`);
  const displayName = stringAt(body, "displayName") ?? "";
  if (displayName === "" || displayName.length > 64) throw invalid("displayName must be of 1 to 64 characters");
  const parentId = stringAt(body, "parentId") || cluster.clusterId;
  if (parentId !== cluster.clusterId) existingBranch(parentId, request);
  const password = stringAt(body, "rootPassword") ?? "";
  const readyAtMs = request.doneAtMs("create");
  return {
    branchId: newBranchId(request),
    displayName,
    parentId,
    parentTimestamp: timestampOf(stringAt(body, "parentTimestamp"), nowMs),
    createdBy: `apikey-${request.caller.key.publicKey}`,
    createTimeMs: nowMs,
    updateTimeMs: nowMs,
    userPrefix: newUserPrefix(request),
    transition: "CREATING",
    changedAtMs: nowMs,
    readyAtMs,
    fieldsAtMs: readyAtMs === null ? null : readyAtMs + settings.lateFieldsMs,
    deletion: null,
    rootPassword: password === "" || !settings.branchKeepsPassword ? null : acceptPassword(password, settings),
  };
}

/** A point in time on the parent, cut to seconds. */
function timestampOf(text: string | undefined, nowMs: number): string {
  const ms = text === undefined || text === "" ? nowMs : Date.parse(text);
  if (Number.isNaN(ms) || ms > nowMs) throw invalid(`parentTimestamp "${text}" is not a time in the past`);
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function reset(request: TidbRequest): VendorResponse {
  const [id = "", verb] = (request.params["branch"] ?? "").split(":");
  if (verb !== "reset") throw new Refusal(404, "not found");
  const branch = existingBranch(id, request);
  if (stateOf(branch, request.nowMs) !== "ACTIVE") throw wrongState(`branch ${id} is not ACTIVE`);
  branch.transition = "RESTORING";
  branch.changedAtMs = request.nowMs;
  branch.updateTimeMs = request.nowMs;
  branch.readyAtMs = request.doneAtMs("change");
  return { status: 200, body: branchView(branch, request) };
}

function changePassword(request: TidbRequest): VendorResponse {
  const branch = branches.item(request);
  const username = request.params["user"] ?? "";
  if (!hasFields(branch, request.nowMs)) throw wrongState(`branch ${branch.branchId} is not ACTIVE`);
  if (username !== `${branch.userPrefix}.root`) throw new Refusal(404, `user "${username}" not found`);
  branch.rootPassword = acceptPassword(stringAt(request.body, "password") ?? "", request.settings);
  return { status: 200, body: { username } };
}

function branchView(branch: Branch, request: TidbRequest, state = stateOf(branch, request.nowMs)): unknown {
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
    state,
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
