import { objectList, textField } from "../kit/json-fields.js";
import { Refusal } from "../kit/refusal.js";
import { accountState, type DigitalOceanRoute, noContent, type Request } from "./account-request.js";
import { listAnswer } from "./list-answer.js";
import { messages } from "./messages.js";
import type { Cluster } from "./state.js";
import { ensureTag } from "./tags.js";

/** `/v2/tags` and their resources; creating a tag that is there already answers with it. */
export const tagRoutes: readonly DigitalOceanRoute[] = [
  {
    method: "GET",
    path: "/v2/tags",
    handle: (request) =>
      listAnswer(
        request,
        "tags",
        accountState(request).tags.map((tag) => tagAnswer(tag, request)),
      ),
  },
  {
    method: "POST",
    path: "/v2/tags",
    handle: (request) => {
      const tag = ensureTag(accountState(request), textField(request.body, "name"));
      return { status: 201, body: { tag: tagAnswer(tag, request) } };
    },
  },
  {
    method: "GET",
    path: "/v2/tags/:tag",
    handle: (request) => ({ status: 200, body: { tag: tagAnswer(tagOf(request), request) } }),
  },
  {
    method: "DELETE",
    path: "/v2/tags/:tag",
    handle: (request) => {
      const state = accountState(request);
      const tag = tagOf(request);
      state.tags = state.tags.filter((entry) => entry !== tag);
      for (const cluster of state.clusters) untag(cluster, tag);
      return noContent;
    },
  },
  {
    method: "POST",
    path: "/v2/tags/:tag/resources",
    handle: (request) => {
      const tag = tagOf(request);
      for (const cluster of namedClusters(request)) {
        untag(cluster, tag);
        cluster.tags.push(tag);
      }
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: "/v2/tags/:tag/resources",
    handle: (request) => {
      const tag = tagOf(request);
      for (const cluster of namedClusters(request)) untag(cluster, tag);
      return noContent;
    },
  },
];

function untag(cluster: Cluster, tag: string): void {
  cluster.tags = cluster.tags.filter((entry) => entry !== tag);
}

/** The tag in the path, in the capitals it was made with, as DigitalOcean demands. */
function tagOf(request: Request): string {
  const tag = accountState(request).tags.find((entry) => entry === request.params["tag"]);
  if (tag === undefined) throw new Refusal(404, messages.tagNotFound);
  return tag;
}

function namedClusters(request: Request): readonly Cluster[] {
  const { clusters } = accountState(request);
  return (objectList(request.body, "resources") ?? []).map((resource) => {
    const cluster = clusters.find(({ id }) => id === textField(resource, "resource_id"));
    if (cluster === undefined || textField(resource, "resource_type") !== "database")
      throw new Refusal(404, messages.notFound);
    return cluster;
  });
}

function tagAnswer(tag: string, request: Request): Readonly<Record<string, unknown>> {
  const tagged = accountState(request).clusters.filter(({ tags }) => tags.includes(tag));
  const last = tagged.at(-1);
  const databases = {
    count: tagged.length,
    ...(last === undefined ? {} : { last_tagged_uri: `${request.baseUrl}/v2/databases/${last.id}` }),
  };
  const none = { count: 0 };
  return {
    name: tag,
    resources: { ...databases, databases, droplets: none, images: none, volumes: none, volume_snapshots: none },
  };
}
