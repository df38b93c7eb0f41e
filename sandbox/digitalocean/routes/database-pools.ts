import { type JsonObject, numberField, stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import { clusterOf, type DigitalOceanRoute, inhabitedCluster, type Request } from "../account-request.js";
import { poolConnections } from "../clusters/connections.js";
import { memoryGib } from "../clusters/engines.js";
import { messages } from "../messages.js";
import { responseForm } from "../response-form.js";
import type { ConnectionPool } from "../state.js";
import { databases } from "./database-dbs.js";
import { users } from "./database-users.js";

/** 25 connections for each GiB of the primary node, of which 3 are reserved (digitalocean/openapi 7c1300c4). */
const connectionsPerGib = 25;
const reservedConnections = 3;

const pools = collection<Request, ConnectionPool>({
  path: "/v2/databases/:cluster/pools/:pool",
  keys: ["pool", "pools"],
  form: { ...responseForm, statuses: { ...responseForm.statuses, change: 204 } },
  items: poolsOf,
  id: ({ name }) => name,
  view: (pool, request) => ({
    name: pool.name,
    mode: pool.mode,
    size: pool.size,
    db: pool.db,
    user: pool.user,
    ...poolConnections(clusterOf(request), pool, request.caller.readOnly ? "none" : "all"),
  }),
  build,
  references: [
    { field: "db", to: databases, unknown: unknownReference(messages.databaseNotFound) },
    { field: "user", to: users, unknown: unknownReference(messages.userNotFound) },
  ],
  unique: { key: ({ name }) => name, taken: () => new Refusal(422, messages.poolNameTaken) },
  notFound: () => new Refusal(404, messages.poolNotFound),
  // A body without a user takes the pool's away (digitalocean/doctl #1553).
  changes: { PUT: "replace" },
});

/** `/v2/databases/:cluster/pools`; refused with 422 for other engines than PostgreSQL. */
export const databasePoolRoutes: readonly DigitalOceanRoute[] = pools.routes;

function poolsOf(request: Request): ConnectionPool[] {
  const cluster = inhabitedCluster(request);
  if (cluster.engine !== "pg" && cluster.engine !== "advanced_pg") throw new Refusal(422, messages.unsupported);
  cluster.pools ??= [];
  return cluster.pools;
}

function build(body: JsonObject, request: Request, old: ConnectionPool | undefined): ConnectionPool {
  const name = old?.name ?? stringField(body, "name");
  if (!/^[A-Za-z0-9_-]{3,60}$/.test(name)) throw new Refusal(422, messages.poolName);
  const mode = stringField(body, "mode");
  if (!["session", "transaction", "statement"].includes(mode)) throw new Refusal(422, messages.poolMode);
  const db = stringField(body, "db");
  if (db === "") throw new Refusal(422, messages.databaseName);
  const size = numberField(body, "size") ?? 0;
  const others = poolsOf(request).filter((pool) => pool !== old);
  const taken = others.reduce((sum, pool) => sum + pool.size, 0);
  const most = connectionsPerGib * memoryGib(clusterOf(request).size) - reservedConnections;
  if (!Number.isInteger(size) || size < 1 || taken + size > most) throw new Refusal(422, messages.poolSize);
  return { name, mode, size, db, user: stringField(body, "user") };
}

function unknownReference(message: string) {
  return (_name: string, { settings }: Request): Refusal =>
    settings.poolReferences === "error" ? new Refusal(500, messages.serverError) : new Refusal(422, message);
}
