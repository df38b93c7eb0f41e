import { PlantonError } from "../../contract/planton-error.js";

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
