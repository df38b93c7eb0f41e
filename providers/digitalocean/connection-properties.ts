import { PlantonError } from "../../contract/planton-error.js";
import { asNonEmptyString, asNumber, asObject, asString, type JsonObject } from "../../http/json.js";
import { readFields } from "../kit/bridged/read-fields.js";
import { integer, string } from "../kit/schema/property-types.js";

/** Outputs that say how to reach something. */
export const connectionOutputs = {
  database: { type: string },
  host: { type: string },
  password: { type: string, secret: true },
  port: { type: integer },
  privateHost: { type: string },
  privateUri: { type: string, secret: true },
  uri: { type: string, secret: true },
  user: { type: string },
} as const;

/** A part of a URI's user information, escaped as Go's net/url does it. */
function escapeUserInfo(part: string): string {
  const escaped = encodeURIComponent(part).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replace(/%(24|26|2B|2C|3B|3D)/g, (code) => decodeURIComponent(code));
}

/**
 * The URI with this user and password in place of its own. (The vendor returns a password only sometimes, so
 * its plugin puts the stored one in.) Throws E_VENDOR when it is no URI; the message does not hold it.
 */
export function withUserInfo(uri: string, user: string, password: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?(.*)$/i.exec(uri);
  const [, scheme, rest] = match ?? [];
  if (scheme !== undefined && rest !== undefined) {
    return `${scheme}${escapeUserInfo(user)}:${escapeUserInfo(password)}@${rest}`;
  }
  throw new PlantonError({ code: "E_VENDOR", message: "the connection uri in the vendor's response is no uri" });
}

function uriOf(connection: JsonObject, engine: string | undefined, password: string): string | undefined {
  // Clients of Kafka take a list of brokers, not a URI.
  if (engine === "kafka") return `${asString(connection["host"]) ?? ""}:${asNumber(connection["port"]) ?? 0}`;
  const uri = asNonEmptyString(connection["uri"]);
  return uri === undefined ? undefined : withUserInfo(uri, asString(connection["user"]) ?? "", password);
}

/**
 * How to reach a cluster, pool or replica. Often the vendor leaves the password out: then `stored` applies. Throws
 * E_VENDOR.
 */
export function connectionProperties(object: JsonObject, stored?: string) {
  const engine = asString(object["engine"]);
  const {
    host,
    port,
    database,
    user,
    password = stored,
  } = readFields(asObject(object["connection"]) ?? {}, connectionOutputs);
  const [uri, privateUri] = ["connection", "private_connection"].map((key) => {
    const connection = asObject(object[key]);
    return connection && uriOf(connection, engine, password ?? "");
  });
  const privateHost = asString(asObject(object["private_connection"])?.["host"]);
  return { host, port, uri, database, user, password, privateHost, privateUri };
}
