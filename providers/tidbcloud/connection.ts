import { asNonEmptyString, type JsonObject } from "../../http/json.js";
import { asInteger, publicEndpointOf } from "./database.js";

/** Database that the URLs name when the program names none; every cluster has it. */
export const defaultDatabase = "test";

interface ConnectionFacts extends Readonly<Record<"host" | "username" | "password" | "database", string>> {
  readonly port: number;
}

// mysql2 takes an object in JSON; "ssl=true" throws there, and other spellings leave TLS off (mysql2 3.24).
const mysql2Tls = encodeURIComponent(JSON.stringify({ minVersion: "TLSv1.2", rejectUnauthorized: true }));

/** A URL for each kind of driver; each holds the password. TLS is on: the public endpoint takes nothing else. */
export function connectionUrls({ host, port, username, password, database }: ConnectionFacts) {
  const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  const name = encodeURIComponent(database);
  return {
    databaseUrl: `mysql://${user}@${host}:${port}/${name}?ssl=${mysql2Tls}`,
    prismaDatabaseUrl: `mysql://${user}@${host}:${port}/${name}?sslaccept=strict`,
    serverlessDriverUrl: `mysql://${user}@${host}/${name}`,
    // Not a URL: user and password are not escaped.
    goDsn: `${username}:${password}@tcp(${host}:${port})/${name}?charset=utf8mb4&tls=true`,
  };
}

/** What a client needs to connect to a cluster or branch; the URLs as soon as all of it is known. */
export function connectionProperties(
  database: JsonObject,
  {
    database: databaseName = defaultDatabase,
    rootPassword: password,
  }: { readonly database?: string | undefined; readonly rootPassword?: string | undefined },
) {
  const host = asNonEmptyString(publicEndpointOf(database)["host"]);
  const port = asInteger(publicEndpointOf(database)["port"]) || undefined;
  const userPrefix = asNonEmptyString(database["userPrefix"]);
  const username = userPrefix && `${userPrefix}.root`;
  const known = { host, port, userPrefix, username, password, databaseName };
  if (!host || port === undefined || !username || password === undefined) return known;
  const urls = connectionUrls({ host, port, username, password, database: databaseName });
  return { ...known, ...urls, connectionUri: urls.databaseUrl };
}
