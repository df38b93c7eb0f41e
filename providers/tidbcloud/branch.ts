import { asFilledText, asFlag, asText, type JsonObject } from "../../http/json.js";
import { defineManagedResource } from "../kit/managed/managed-resource.js";
import { requestOf, type WorkLimits } from "../kit/work-limits.js";
import { type BranchState, branchInputs, branchOutputs, unreadyBranchOutputs } from "./branch-properties.js";
import { clusterHandle, clusterPath } from "./cluster-calls.js";
import { type DatabaseHandle, isGone, isLeaving } from "./database-calls.js";
import { connectionProperties, defaultDatabase, hasRootPassword, publicEndpointOf } from "./database-fields.js";
import { outputsChangedBy } from "./database-properties.js";
import { isReady } from "./database-wait.js";
import { type PartId, parsePartId, partIdText } from "./part-id.js";
import { passwordPlan } from "./password-plan.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** States that do not end by themselves. */
const deadStates: ReadonlySet<unknown> = new Set(["PAUSED", "INACTIVE"]);

function branchesPath(clusterId: string): string {
  return `${clusterPath(clusterId)}/branches`;
}

function branchPath({ clusterId, part }: PartId): string {
  return `${branchesPath(clusterId)}/${encodeURIComponent(part)}`;
}

/** The branches of a cluster that are not being deleted. */
async function listBranches(api: TidbCloudApi, clusterId: string, limits: WorkLimits): Promise<readonly JsonObject[]> {
  const listed = await api.list({ path: branchesPath(clusterId), items: "branches", ...requestOf(limits) });
  return listed.filter((branch) => !isLeaving(branch));
}

function branchHandle(api: TidbCloudApi, key: PartId, limits: WorkLimits): DatabaseHandle {
  // Without its cluster there is no list to look in.
  const isUnlisted = async (): Promise<boolean> => {
    if (await clusterHandle(api, key.clusterId, limits).isUnlisted()) return true;
    return !(await listBranches(api, key.clusterId, limits)).some(({ branchId }) => branchId === key.part);
  };
  return { ...limits, api, noun: "branch", id: partIdText(key), path: branchPath(key), isUnlisted };
}

/** The state of a branch by a response, which may leave out most while the branch is being created. */
function branchState(branch: JsonObject, { clusterId, part }: PartId, known: BranchState): BranchState {
  const { database = defaultDatabase, rootPassword } = known;
  return {
    ...connectionProperties(branch, { databaseName: database, password: rootPassword }),
    ...{ clusterId, branchId: part, database, rootPassword },
    displayName: asText(branch["displayName"]) ?? known.displayName,
    parentId: asFilledText(branch["parentId"]) ?? known.parentId,
    parentTimestamp: asFilledText(branch["parentTimestamp"]) ?? known.parentTimestamp,
    parentDisplayName: asFilledText(branch["parentDisplayName"]),
    publicEndpointDisabled: asFlag(publicEndpointOf(branch)["disabled"]) ?? false,
    state: asText(branch["state"]) ?? known.state,
    hasRootPassword: hasRootPassword(branch) ?? known.hasRootPassword,
    createTime: asFilledText(branch["createTime"]),
    createdBy: asFilledText(branch["createdBy"]),
  };
}

/** `tidbcloud.Branch`. */
export const branchResource = defineManagedResource<TidbCloudApi, PartId>()({
  type: "tidbcloud:index/branch:Branch",
  description: "A branch of a TiDB Cloud cluster: a copy of its data with an endpoint and a root user of its own.",
  noun: "branch",
  inputs: branchInputs,
  outputs: branchOutputs,
  outputsChangedBy,
  stableOutputs: ["branchId", "createTime", "createdBy", "parentDisplayName"],
  local: ["database", "readyTimeoutSeconds", "deleteTimeoutSeconds", "owner"],
  unfinished: unreadyBranchOutputs,
  id: { text: partIdText, parse: (id) => parsePartId(id, '"<clusterId>,<branchId>"') },
  recordScope: ({ clusterId = "" }) => clusterId,
  // A branch can carry no mark of its stack, so that only the record of an earlier run says whose it is.
  find: {
    by: "list",
    list: ({ clusterId }, { api, limits }) => listBranches(api, clusterId, limits),
    keyIn(branch, { clusterId }) {
      const part = asFilledText(branch["branchId"]);
      return part === undefined ? undefined : { clusterId, part };
    },
    nameOf: ({ displayName }) => displayName,
    nameIn: ({ displayName }) => asText(displayName),
    createdIn: ({ createTime }) => asText(createTime),
  },
  read: (key, { polling }) => ({ method: "GET", path: `${branchPath(key)}?view=${polling ? "BASIC" : "FULL"}` }),
  presence: async (response, key, { api, limits }) =>
    (await isGone(branchHandle(api, key, limits), response)) ? "gone" : "present",
  objectIn: (branch) => (branch["state"] === "DELETED" ? undefined : branch),
  isReady,
  isLeaving,
  failedReason: ({ state }) => (deadStates.has(state) ? String(state) : undefined),
  toState: (branch, { key, known }) => branchState(branch, key, known),
  create: ({ clusterId, displayName, parentId, parentTimestamp, rootPassword }) => ({
    method: "POST",
    path: branchesPath(clusterId),
    body: { displayName, parentId, parentTimestamp, rootPassword },
  }),
  changes({ key, inputs, actual, object, generated }) {
    const { rootPassword } = inputs;
    const plan = passwordPlan({ inputs, generated: generated.has("rootPassword"), adopted: false });
    const isSet = actual.rootPassword === rootPassword && hasRootPassword(object) !== false;
    if (plan !== "set" || rootPassword === undefined || isSet) return [];
    const username = encodeURIComponent(`${asText(object["userPrefix"])}.root`);
    const path = `${branchPath(key)}/sqlUsers/${username}`;
    return [{ method: "PATCH", path, body: { password: rootPassword }, sets: ["rootPassword"] }];
  },
  remove: (key) => ({ method: "DELETE", path: branchPath(key) }),
  removal: "awaited",
  deadlineSeconds: {
    ready: ({ readyTimeoutSeconds }) => readyTimeoutSeconds,
    gone: ({ deleteTimeoutSeconds }) => deleteTimeoutSeconds,
  },
});
