import { apiPath } from "../../clients/tidbcloud.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asText, type JsonObject } from "../../http/json.js";
import { requestOf, type WorkLimits } from "../kit/work-limits.js";
import type { ClusterChange } from "./cluster-changes.js";
import { type DatabaseHandle, isLeaving } from "./database-calls.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** Path of a cluster at either API. */
export function clusterPath(id: string): string {
  return `${apiPath}/clusters/${encodeURIComponent(id)}`;
}

/** The handle of a cluster. */
export function clusterHandle(api: TidbCloudApi, id: string, limits: WorkLimits): DatabaseHandle {
  const isUnlisted = async (): Promise<boolean> => {
    const listed = await api.listClusters(`clusterId="${id}"`, requestOf(limits));
    return !listed.some((other) => asText(other["clusterId"]) === id && !isLeaving(other));
  };
  return { ...limits, api, noun: "cluster", id, path: clusterPath(id), isUnlisted };
}

/** Changes one group of fields. The answer leaves out much and is not given; a 400 to an optional change is none. */
export async function patchCluster(cluster: DatabaseHandle, change: ClusterChange): Promise<void> {
  const { api, path } = cluster;
  const body: JsonObject = { updateMask: change.updateMask, cluster: change.values };
  const answer = await api.send({ method: "PATCH", path, body, ...requestOf(cluster) });
  if (change.optional !== true || answer.status !== 400) api.bodyOf(answer);
}

/** Sends the root password. */
export function putPassword(cluster: DatabaseHandle, password: string): Promise<HttpResponse> {
  const request = { method: "PUT", path: `${cluster.path}/password`, body: { password } } as const;
  return cluster.api.send({ ...request, ...requestOf(cluster) });
}
