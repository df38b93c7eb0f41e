import type { Environment } from "../planton-home.js";
import { parseDotenv } from "./parse-dotenv.js";
import { modeText, openSecretFile, secretPath } from "./read-secret-file.js";
import type { SecretSurroundings } from "./secret-parts.js";
import { nonEmpty, secretText } from "./secret-text.js";
import type { DotenvUri, EnvironmentUri, FileUri } from "./secret-uri.js";
import { otherNames, secretUriError } from "./secret-uri-error.js";

/** The value of an environment variable. Throws E_SECRET_URI when it is not set or empty. */
export function resolveVariable(uri: EnvironmentUri & { readonly shown: string }, env: Environment): string {
  const value = env[uri.name];
  if (value) return value;
  const set = Object.keys(env).filter((name) => env[name]);
  const near = otherNames(uri.name, set);
  throw secretUriError({
    shown: uri.shown,
    problem: `the environment variable "${uri.name}" is ${value === undefined ? "not set" : "empty"}`,
    // Names that are not near are of no use: every environment has dozens.
    hint: `set it: export ${uri.name}=...${near?.startsWith("did you mean") ? `; ${near}` : ""}`,
  });
}

/**
 * The text of a file, less one line break at its end. As ssh does with keys, a file of this user that others may read or
 * write is refused; files of other owners, such as mounted ones, are not. Throws E_SECRET_URI.
 */
export async function resolveFile(
  uri: FileUri & { readonly shown: string },
  parts: SecretSurroundings,
): Promise<string> {
  const path = secretPath(uri.path, parts.baseDir, parts.env);
  const file = await openSecretFile({ shown: uri.shown, path, readFile: parts.readFile });
  if (file.isOpenToOthers) {
    throw secretUriError({
      shown: uri.shown,
      problem: `"${path}" is open to others (mode ${modeText(file.mode)}), expected 0600`,
      hint: `chmod 600 ${path}; if others may have read it, replace the secret in it`,
    });
  }
  return secretText({ shown: uri.shown, bytes: file.bytes, from: `"${path}"` });
}

/**
 * The value of a variable of a .env file. A file that others may read brings a warning only: other programs own it, and
 * most make it so. Throws E_SECRET_URI.
 */
export async function resolveDotenv(
  uri: DotenvUri & { readonly shown: string },
  parts: SecretSurroundings,
): Promise<string> {
  const { shown, name } = uri;
  const path = secretPath(uri.path, parts.baseDir, parts.env);
  const file = await openSecretFile({ shown, path, readFile: parts.readFile });
  if (file.isOpenToOthers) {
    parts.warn(`"${path}" holds secrets and is open to others (mode ${modeText(file.mode)}): chmod 600 ${path}`);
  }
  const values = parseDotenv(secretText({ shown, bytes: file.bytes, from: `"${path}"` }));
  const found = values.get(name);
  if (found === undefined) {
    const hint = otherNames(name, [...values.keys()]) ?? `add a line to it: ${name}=...`;
    throw secretUriError({ shown, problem: `"${path}" has no variable "${name}"`, hint });
  }
  if (found.isAmbiguous) {
    throw secretUriError({
      shown,
      problem: `the value of "${name}" in "${path}" has a # that some programs read as the start of a comment`,
      hint: "put the value in quotes, or a space before the comment",
    });
  }
  return nonEmpty({ shown, value: found.value, from: `"${name}" in "${path}"` });
}
