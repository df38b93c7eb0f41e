import { asNumber, asText } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { matching, notEmpty, oneOf } from "../kit/property-rules.js";
import { integer, text } from "../kit/property-types.js";
import { clusterPath, importPart, partInputs, partPath } from "./cluster-part.js";
import { connectionProperties } from "./connection-properties.js";

/** `digitalocean.DatabaseConnectionPool`. The API can change a pool, the vendor's plugin replaces it. */
export const databaseConnectionPoolResource = defineBridgedResource({
  type: "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool",
  description: "A PgBouncer connection pool of a PostgreSQL cluster.",
  noun: "DatabaseConnectionPool",
  inputs: {
    clusterId: partInputs.clusterId,
    dbName: { type: text, required: true, replace: true, check: notEmpty },
    mode: { type: text, required: true, replace: true, check: oneOf(["session", "transaction", "statement"]) },
    name: { ...partInputs.name, check: matching(/^.{3,63}$/s, "3 to 63 characters") },
    size: { type: integer, required: true, replace: true, check: notEmpty },
    user: { type: text, replace: true, check: notEmpty },
  },
  outputs: {
    host: { type: text },
    password: { type: text, secret: true },
    port: { type: integer },
    privateHost: { type: text },
    privateUri: { type: text, secret: true },
    uri: { type: text, secret: true },
  },
  path: partPath("pools"),
  key: "pool",
  crashesUnanswered: ["read"],
  create: {
    send: ({ clusterId, dbName: db, mode, name, size, user = "" }) => ({
      method: "POST",
      path: clusterPath(clusterId, "pools"),
      body: { user, name, size, db, mode },
    }),
    id: (pool, { clusterId }) => `${clusterId}/${asText(pool["name"]) ?? ""}`,
    keep: (pool) => poolConnection(pool, undefined),
  },
  state: (pool, { known: { clusterId, password } }) => ({
    clusterId,
    name: asText(pool["name"]),
    user: asText(pool["user"]),
    mode: asText(pool["mode"]),
    size: asNumber(pool["size"]),
    dbName: asText(pool["db"]),
    ...poolConnection(pool, password),
  }),
  importing: importPart("/"),
});

function poolConnection(...of: Parameters<typeof connectionProperties>) {
  const { host, port, uri, password, privateHost, privateUri } = connectionProperties(...of);
  return { host, port, uri, password, privateHost, privateUri };
}
