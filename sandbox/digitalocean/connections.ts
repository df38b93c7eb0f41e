import { isCaching } from "./engines.js";
import type { Cluster } from "./state.js";

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

/** Which secrets an answer shows. */
export type Secrets = "all" | "no-password" | "none";

/** `connection` and its siblings of a cluster, as the API names them. Host names end in `.invalid`: nobody can have them. */
export function connectionsOf(cluster: Cluster, secrets: Secrets): Readonly<Record<string, unknown>> {
  const host = hostOf(cluster);
  const standby = cluster.numNodes > 1 && !isCaching(cluster.engine) && cluster.engine !== "mongodb";
  return {
    connection: connection(cluster, host, secrets),
    private_connection: connection(cluster, `private-${host}`, secrets),
    ...(standby && accessOf(cluster.engine).database !== ""
      ? {
          standby_connection: connection(cluster, `replica-${host}`, secrets),
          standby_private_connection: connection(cluster, `private-replica-${host}`, secrets),
        }
      : {}),
    ...(cluster.engine === "opensearch" ? { ui_connection: dashboard(cluster, host, secrets) } : {}),
    metrics_endpoints: Array.from(
      { length: cluster.engine === "mongodb" ? 0 : Math.min(cluster.numNodes, 2) },
      (_, node) => ({
        host: node === 0 ? host : `replica-${host}`,
        port: 9273,
      }),
    ),
  };
}

function hostOf(cluster: Cluster): string {
  const zone = cluster.engine === "mongodb" ? "mongo" : "db";
  return `${cluster.name}-${cluster.hostMark}.${zone}.ondigitalocean.invalid`;
}

function connection(cluster: Cluster, host: string, secrets: Secrets): Readonly<Record<string, unknown>> {
  const { protocol, port, database, uriEnd } = accessOf(cluster.engine);
  const { user, password } = login(cluster, secrets);
  const place = cluster.engine === "mongodb" ? host : `${host}:${port}`;
  return {
    protocol,
    uri: `${protocol}://${userinfo(user, password)}${place}${uriEnd}`,
    database,
    host,
    port,
    user,
    password,
    ssl: true,
  };
}

function dashboard(cluster: Cluster, host: string, secrets: Secrets): Readonly<Record<string, unknown>> {
  const { user, password } = login(cluster, secrets);
  return {
    protocol: "https",
    uri: `https://${userinfo(user, password)}${host}`,
    database: "",
    host,
    port: 443,
    user,
    password,
    ssl: true,
  };
}

function login(cluster: Cluster, secrets: Secrets): { readonly user: string; readonly password: string } {
  const primary = cluster.users[0];
  return {
    user: secrets === "none" ? "" : (primary?.name ?? ""),
    password: secrets === "all" ? (primary?.password ?? "") : "",
  };
}

function userinfo(user: string, password: string): string {
  if (user === "") return "";
  return password === "" ? `${user}@` : `${user}:${password}@`;
}
