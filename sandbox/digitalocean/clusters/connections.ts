import type { JsonObject } from "../../kit/base/json-fields.js";
import type { Cluster, ConnectionPool, DatabaseUser, Replica } from "../state.js";

/** How an engine is reached. */
interface Access {
  readonly protocol: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** What follows host and port in the URI. */
  readonly uriEnd: string;
}

const relational = { port: 25060, user: "doadmin", database: "defaultdb" };
const postgres: Access = { ...relational, protocol: "postgresql", uriEnd: "/defaultdb?sslmode=require" };
const mysql: Access = { ...relational, protocol: "mysql", uriEnd: "/defaultdb?ssl-mode=REQUIRED" };
const caching: Access = { protocol: "rediss", port: 25061, user: "default", database: "", uriEnd: "" };

/**
 * Access by engine. pg as in digitalocean/openapi 7c1300c4, mongodb as in ansible-collections/community.digitalocean
 * #124; the others follow the engines' usual URIs.
 */
const accessByEngine: Readonly<Record<string, Access>> = {
  pg: postgres,
  advanced_pg: postgres,
  mysql,
  advanced_mysql: mysql,
  valkey: caching,
  redis: caching,
  mongodb: {
    protocol: "mongodb+srv",
    port: 27017,
    user: "doadmin",
    database: "admin",
    uriEnd: "/admin?tls=true&authSource=admin",
  },
  kafka: { protocol: "kafka", port: 25080, user: "doadmin", database: "", uriEnd: "" },
  opensearch: { protocol: "https", port: 25060, user: "doadmin", database: "", uriEnd: "" },
};

/** How clusters of an engine are reached. */
export function accessOf(engine: string): Access {
  return accessByEngine[engine] ?? postgres;
}

/** Which secrets a response shows. */
export type Secrets = "all" | "no-password" | "none";

/**
 * `connection` and its siblings of a cluster, as the API names them. Host names end in `.invalid`: nobody can have
 * them.
 */
export function connectionsOf(cluster: Cluster, secrets: Secrets): JsonObject {
  const { engine, numNodes } = cluster;
  const access = accessOf(engine);
  const host = hostOf(cluster, engine);
  const login = loginOf(cluster.users[0], secrets);
  return {
    ...connectionPair(access, host, login),
    ...(access.database !== "" && engine !== "mongodb" ? standbyPair(cluster, access, login) : {}),
    ...(engine === "opensearch"
      ? { ui_connection: connection({ ...access, protocol: "https", port: 443 }, host, login) }
      : {}),
    metrics_endpoints: Array.from({ length: engine === "mongodb" ? 0 : Math.min(numNodes, 2) }, (_, node) => ({
      host: node === 0 ? host : `replica-${host}`,
      port: 9273,
    })),
  };
}

/**
 * The same of a pool: the cluster's hosts, a port of its own, and the pool's name in place of a database's (example in
 * digitalocean/openapi 7c1300c4). A pool without a user holds none (digitalocean/doctl #1205).
 */
export function poolConnections(cluster: Cluster, pool: ConnectionPool, secrets: Secrets): JsonObject {
  const access = { ...postgres, port: 25061, database: pool.name, uriEnd: `/${pool.name}?sslmode=require` };
  const user = cluster.users.find(({ name }) => name === pool.user);
  const login = pool.user === "" ? noLogin : loginOf(user, secrets);
  return {
    ...connectionPair(access, hostOf(cluster, cluster.engine), login),
    ...standbyPair(cluster, access, login),
  };
}

/** The same of a read-only replica: hosts of its own, the cluster's user and password. */
export function replicaConnections(cluster: Cluster, replica: Replica, secrets: Secrets): JsonObject {
  const login = loginOf(cluster.users[0], secrets);
  return connectionPair(accessOf(cluster.engine), hostOf(replica, cluster.engine), login);
}

interface Login {
  readonly user: string;
  readonly password: string;
}

const noLogin: Login = { user: "", password: "" };

function loginOf(user: DatabaseUser | undefined, secrets: Secrets): Login {
  return {
    user: secrets === "none" ? "" : (user?.name ?? ""),
    password: secrets === "all" ? (user?.password ?? "") : "",
  };
}

function hostOf({ name, hostMark }: Pick<Cluster, "name" | "hostMark">, engine: string): string {
  return `${name}-${hostMark}.${engine === "mongodb" ? "mongo" : "db"}.ondigitalocean.invalid`;
}

function connectionPair(access: Access, host: string, login: Login): JsonObject {
  return {
    connection: connection(access, host, login),
    private_connection: connection(access, `private-${host}`, login),
  };
}

/** Connections to the standby nodes, which only clusters of several nodes have. */
function standbyPair(cluster: Cluster, access: Access, login: Login): JsonObject {
  if (cluster.numNodes < 2) return {};
  const host = `replica-${hostOf(cluster, cluster.engine)}`;
  return {
    standby_connection: connection(access, host, login),
    standby_private_connection: connection(access, `private-${host}`, login),
  };
}

function connection(access: Access, host: string, login: Login): JsonObject {
  const { protocol, port, database, uriEnd } = access;
  const place = protocol.endsWith("+srv") || port === 443 ? host : `${host}:${port}`;
  const { user, password } = login;
  const uri = `${protocol}://${userinfo(login)}${place}${uriEnd}`;
  return { protocol, uri, database, host, port, user, password, ssl: true };
}

function userinfo({ user, password }: Login): string {
  if (user === "") return "";
  return password === "" ? `${user}@` : `${user}:${password}@`;
}
