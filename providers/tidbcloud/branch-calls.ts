import type { HttpResponse } from "../../http/http-message.js";
import { asText, type JsonObject } from "../../http/json.js";
import { requestOf, type WorkLimits } from "../kit/work-limits.js";
import type { BranchInputs } from "./branch-properties.js";
import { clusterHandle, clusterPath } from "./cluster-calls.js";
import { type DatabaseHandle, isLeaving } from "./database-calls.js";
import { type PartId, partIdText } from "./part-id.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** Path of a cluster's branches. */
export function branchesPath(clusterId: string): string {
  return `${clusterPath(clusterId)}/branches`;
}

/** Id of a branch within its cluster; "" when the answer holds none. */
export function branchIdOf(branch: JsonObject): string {
  return asText(branch["branchId"]) ?? "";
}

/** The branches of a cluster that are not being deleted. */
export async function listBranches(
  api: TidbCloudApi,
  clusterId: string,
  limits: WorkLimits,
): Promise<readonly JsonObject[]> {
  const listed = await api.list({ path: branchesPath(clusterId), items: "branches", ...requestOf(limits) });
  return listed.filter((branch) => !isLeaving(branch));
}

/** The handle of a branch. */
export function branchHandle(api: TidbCloudApi, id: PartId, limits: WorkLimits): DatabaseHandle {
  const { clusterId, part } = id;
  // Without its cluster there is no list to look in.
  const isUnlisted = async (): Promise<boolean> => {
    if (await clusterHandle(api, clusterId, limits).isUnlisted()) return true;
    return !(await listBranches(api, clusterId, limits)).some((branch) => branchIdOf(branch) === part);
  };
  const path = `${branchesPath(clusterId)}/${encodeURIComponent(part)}`;
  return { ...limits, api, noun: "branch", id: partIdText(id), path, isUnlisted };
}

/** The body that creates a branch. */
export function branchBody(inputs: BranchInputs): JsonObject {
  const { displayName, parentId, parentTimestamp, rootPassword } = inputs;
  return { displayName, parentId, parentTimestamp, rootPassword };
}

/** Sends the password of a branch's root user, whose full name is given. */
export function patchBranchPassword(branch: DatabaseHandle, username: string, password: string): Promise<HttpResponse> {
  const path = `${branch.path}/sqlUsers/${encodeURIComponent(username)}`;
  const request = { method: "PATCH", path, body: { password } } as const;
  return branch.api.send({ ...request, ...requestOf(branch) });
}
