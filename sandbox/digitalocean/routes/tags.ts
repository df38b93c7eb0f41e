import { objectList, stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import { accountState, type DigitalOceanRoute, noContent, type Request } from "../account-request.js";
import { messages } from "../messages.js";
import { responseForm } from "../response-form.js";
import type { Cluster } from "../state.js";
import { ensureTag } from "../tags.js";

type TaggedDatabase = Pick<Cluster, "id" | "tags">;

const tags = collection<Request, string>({
  path: "/v2/tags/:tag",
  keys: ["tag", "tags"],
  form: responseForm,
  items: (request) => accountState(request).tags,
  // In the capitals it was made with, as DigitalOcean demands.
  id: (tag) => tag,
  view: tagView,
  notFound: () => new Refusal(404, messages.tagNotFound),
  beforeDelete(tag, request) {
    for (const database of taggable(request)) untag(database, tag);
  },
});

/** `/v2/tags` and their resources; the response to a creation of a tag that exists is that tag. */
export const tagRoutes: readonly DigitalOceanRoute[] = [
  ...tags.routes,
  {
    method: "POST",
    path: "/v2/tags",
    handle: (request) => {
      const tag = ensureTag(accountState(request), stringField(request.body, "name"));
      return { status: 201, body: { tag: tagView(tag, request) } };
    },
  },
  {
    method: "POST",
    path: "/v2/tags/:tag/resources",
    handle: (request) => {
      const tag = tags.item(request);
      for (const database of namedDatabases(request)) {
        untag(database, tag);
        database.tags.push(tag);
      }
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: "/v2/tags/:tag/resources",
    handle: (request) => {
      const tag = tags.item(request);
      for (const database of namedDatabases(request)) untag(database, tag);
      return noContent;
    },
  },
];

/** Clusters and replicas. */
function taggable(request: Request): readonly TaggedDatabase[] {
  return accountState(request).clusters.flatMap((cluster) => [cluster, ...(cluster.replicas ?? [])]);
}

function untag(database: TaggedDatabase, tag: string): void {
  database.tags = database.tags.filter((entry) => entry !== tag);
}

function namedDatabases(request: Request): readonly TaggedDatabase[] {
  return (objectList(request.body, "resources") ?? []).map((resource) => {
    const database = taggable(request).find(({ id }) => id === stringField(resource, "resource_id"));
    if (database === undefined || stringField(resource, "resource_type") !== "database")
      throw new Refusal(404, messages.notFound);
    return database;
  });
}

function tagView(tag: string, request: Request): Readonly<Record<string, unknown>> {
  const tagged = taggable(request).filter(({ tags }) => tags.includes(tag));
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
