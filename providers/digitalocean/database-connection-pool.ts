import type { JsonObject } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { matching, notEmpty, oneOf } from "../kit/schema/property-rules.js";
import { integer, string } from "../kit/schema/property-types.js";
import { clusterPart, partInputs } from "./cluster-part.js";
import { connectionOutputs, connectionProperties } from "./connection-properties.js";

const pools = clusterPart("pools", "/");
const { database: _database, user: _user, ...poolOutputs } = connectionOutputs;

/** `digitalocean.DatabaseConnectionPool`. The API can change a pool, the vendor's plugin replaces it. */
export const databaseConnectionPoolResource = defineBridgedResource({
  type: "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool",
  description: "A PgBouncer connection pool of a PostgreSQL cluster.",
  noun: "DatabaseConnectionPool",
  inputs: {
    clusterId: partInputs.clusterId,
    dbName: { type: string, required: true, replace: true, check: notEmpty },
    mode: { type: string, required: true, replace: true, check: oneOf(["session", "transaction", "statement"]) },
    name: { ...partInputs.name, check: matching(/^.{3,63}$/s, "3 to 63 characters") },
    size: { type: integer, required: true, replace: true, check: notEmpty },
    user: { type: string, replace: true, check: notEmpty },
  },
  outputs: poolOutputs,
  path: pools.path,
  key: "pool",
  keys: { dbName: "db" },
  crashesWithoutResponse: ["read"],
  create: {
    send: ({ clusterId, dbName: db, mode, name, size, user = "" }) =>
      pools.post(clusterId, { user, name, size, db, mode }),
    id: pools.id,
    keep: (pool) => poolConnection(pool),
  },
  state: (pool, { known: { password } }) => poolConnection(pool, password),
  importing: pools.importing,
});

function poolConnection(pool: JsonObject, storedPassword?: string) {
  const { database: _database, user: _user, ...connection } = connectionProperties(pool, storedPassword);
  return connection;
}
