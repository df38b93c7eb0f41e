import { textField } from "../kit/json-fields.js";
import { Refusal } from "../kit/refusal.js";
import {
  clusterOf,
  clusterRoute,
  type DigitalOceanRoute,
  noContent,
  onlineClusterOf,
  type Request,
} from "./account-request.js";
import { isCaching } from "./engines.js";
import { listAnswer } from "./list-answer.js";
import { messages } from "./messages.js";
import type { Cluster } from "./state.js";

/** `/v2/databases/:cluster/dbs`; refused with 422 for caching engines, as DigitalOcean has no databases there. */
export const databaseDbRoutes: readonly DigitalOceanRoute[] = [
  clusterRoute("GET", "/dbs", (request) =>
    listAnswer(
      request,
      "dbs",
      withDatabases(clusterOf(request)).databases.map((name) => ({ name })),
    ),
  ),
  clusterRoute("POST", "/dbs", (request) => {
    const cluster = withDatabases(onlineClusterOf(request));
    const name = textField(request.body, "name");
    if (!/^[A-Za-z0-9_-]{1,63}$/.test(name)) throw new Refusal(422, messages.databaseName);
    if (cluster.databases.includes(name)) throw new Refusal(409, messages.databaseExists);
    cluster.databases.push(name);
    return { status: 201, body: { db: { name } } };
  }),
  clusterRoute("GET", "/dbs/:database", (request) => ({
    status: 200,
    body: { db: { name: databaseOf(withDatabases(clusterOf(request)), request) } },
  })),
  clusterRoute("DELETE", "/dbs/:database", (request) => {
    const cluster = withDatabases(onlineClusterOf(request));
    const name = databaseOf(cluster, request);
    cluster.databases = cluster.databases.filter((entry) => entry !== name);
    return noContent;
  }),
];

function withDatabases(cluster: Cluster): Cluster {
  if (isCaching(cluster.engine)) throw new Refusal(422, messages.unsupported);
  return cluster;
}

function databaseOf(cluster: Cluster, request: Request): string {
  const name = cluster.databases.find((entry) => entry === request.params["database"]);
  if (name === undefined) throw new Refusal(404, messages.databaseNotFound);
  return name;
}
