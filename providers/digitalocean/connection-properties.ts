import { PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asNumber, asObject, asText, type JsonObject } from "../../http/json.js";

/** A part of a URI's user information, escaped as Go's net/url does it. */
function escapeUserInfo(part: string): string {
  const escaped = encodeURIComponent(part).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replace(/%(24|26|2B|2C|3B|3D)/g, (code) => decodeURIComponent(code));
}

/**
 * The URI with this user and password in place of its own. (The vendor answers with a password only sometimes, so
 * its plugin puts the stored one in.) Throws E_VENDOR when it is no URI; the message does not hold it.
 */
export function withUserInfo(uri: string, user: string, password: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?(.*)$/i.exec(uri);
  const [, scheme, rest] = match ?? [];
  if (scheme !== undefined && rest !== undefined) {
    return `${scheme}${escapeUserInfo(user)}:${escapeUserInfo(password)}@${rest}`;
  }
  throw new PlantonError({ code: "E_VENDOR", message: "the connection uri in the vendor's answer is no uri" });
}

function uriOf(connection: JsonObject, engine: string | undefined, password: string): string | undefined {
  // Clients of Kafka take a list of brokers, not a URI.
  if (engine === "kafka") return `${asText(connection["host"]) ?? ""}:${asNumber(connection["port"]) ?? 0}`;
  const uri = asFilledText(connection["uri"]);
  return uri === undefined ? undefined : withUserInfo(uri, asText(connection["user"]) ?? "", password);
}

/** How to reach a cluster, a pool or a replica. The vendor often leaves the password out: then `storedPassword` stands. Throws E_VENDOR. */
export function connectionProperties(object: JsonObject, storedPassword: string | undefined) {
  const engine = asText(object["engine"]);
  const connection = asObject(object["connection"]);
  const privateConnection = asObject(object["private_connection"]);
  const password = asFilledText(connection?.["password"]) ?? storedPassword;
  return {
    host: asText(connection?.["host"]),
    port: asNumber(connection?.["port"]),
    uri: connection && uriOf(connection, engine, password ?? ""),
    database: asText(connection?.["database"]),
    user: asText(connection?.["user"]),
    password,
    privateHost: asText(privateConnection?.["host"]),
    privateUri: privateConnection && uriOf(privateConnection, engine, password ?? ""),
  };
}
