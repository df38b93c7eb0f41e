import { isJsonObject } from "./json-fields.js";

const secretKey =
  /password|passphrase|secret|token|credential|^uri$|_uri$|access_(key|cert)|private_?key|api_?key|^jwt$/i;
const userinfo = /\/\/[^/@\s"]+@/g;

/** A copy of a JSON value in which every value of a secret-looking key, and user and password in URIs, read "[secret]". */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === "string") return value.replace(userinfo, "//[secret]@");
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) && typeof item === "string" && item !== "" ? "[secret]" : maskSecrets(item),
    ]),
  );
}
