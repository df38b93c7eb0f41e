import type { ClusterHandle } from "./database-cluster-calls.js";

/** Brings the tags of a cluster from `olds` to `news`; a tag that does not exist is made. Throws E_VENDOR. */
export async function setClusterTags(
  { api, id, signal }: ClusterHandle,
  olds: readonly string[],
  news: readonly string[],
): Promise<void> {
  const body = { resources: [{ resource_id: id, resource_type: "database" }] };
  const pathOf = (tag: string): string => `/v2/tags/${encodeURIComponent(tag)}/resources`;
  for (const tag of olds.filter((old) => !news.includes(old))) {
    await api.call({ method: "DELETE", path: pathOf(tag), body, signal });
  }
  for (const tag of news.filter((wanted) => !olds.includes(wanted))) {
    await api.call({ method: "POST", path: "/v2/tags", body: { name: tag }, signal });
    await api.call({ method: "POST", path: pathOf(tag), body, signal });
  }
}
