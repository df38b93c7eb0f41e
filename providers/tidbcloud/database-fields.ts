import { asFilledText, asNumber, asObject, asText, type JsonObject } from "../../http/json.js";
import { type ConnectionUrls, connectionUrls } from "./connection-urls.js";

const passwordAnnotation = "tidb.cloud/has-set-password";

/** Database that the URLs name when the program names none; every cluster has it. */
export const defaultDatabase = "test";

/** A integer that some versions of the API write as a text. */
export function asWhole(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : asNumber(value);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

/** Whether a root password was ever set; undefined when the answer does not tell. */
export function hasRootPassword(database: JsonObject): boolean | undefined {
  const annotation = asText(asObject(database["annotations"])?.[passwordAnnotation]);
  return annotation === undefined ? undefined : annotation === "true";
}

/** The public endpoint. */
export function publicEndpointOf(database: JsonObject): JsonObject {
  return asObject(asObject(database["endpoints"])?.["public"]) ?? {};
}

/** What a client needs to connect; the URLs as soon as all of it is known. */
export interface ConnectionProperties extends Partial<ConnectionUrls> {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly userPrefix: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly databaseName: string;
  readonly connectionUri?: string;
}

/** The connection to a cluster or branch. */
export function connectionProperties(
  database: JsonObject,
  { databaseName, password }: { readonly databaseName: string; readonly password: string | undefined },
): ConnectionProperties {
  const host = asFilledText(publicEndpointOf(database)["host"]);
  const port = asWhole(publicEndpointOf(database)["port"]) || undefined;
  const userPrefix = asFilledText(database["userPrefix"]);
  const username = userPrefix && `${userPrefix}.root`;
  const known = { host, port, userPrefix, username, password, databaseName };
  if (!host || port === undefined || !username || password === undefined) return known;
  const urls = connectionUrls({ host, port, username, password, database: databaseName });
  return { ...known, ...urls, connectionUri: urls.databaseUrl };
}
