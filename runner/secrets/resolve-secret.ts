import { parseSecretUri } from "./parse-secret-uri.js";
import { secretPath } from "./read-secret-file.js";
import { resolveDoppler } from "./resolve-doppler.js";
import { resolveDotenv, resolveFile, resolveVariable } from "./resolve-from-files.js";
import { resolveExec, resolveOnePassword } from "./resolve-from-programs.js";
import type { SecretParts, SecretSurroundings } from "./secret-parts.js";
import type { SecretUri } from "./secret-uri.js";
import { secretUriError } from "./secret-uri-error.js";

/**
 * The secret that a text names, or the text itself when it is no secret URI. Relative paths start at `baseDir`, an
 * absolute path; default: that of the parts. What it gives is a secret and is never looked at as a URI again.
 * Rejects with E_SECRET_URI.
 */
export type SecretResolver = (text: string, baseDir?: string) => Promise<string>;

const defaultTimeoutMs = 30_000;
const defaultRetryDelaysMs: readonly number[] = [250, 1000];

/**
 * A resolver for one run. It asks for each secret once, also when asked for it several times at once, keeps the outcome,
 * good or bad, in memory until it is itself forgotten, and writes it nowhere.
 */
export function secretResolver(given: SecretParts): SecretResolver {
  const parts: SecretSurroundings = {
    ...given,
    timeoutMs: given.timeoutMs ?? defaultTimeoutMs,
    retryDelaysMs: given.retryDelaysMs ?? defaultRetryDelaysMs,
    warn: once(given.warn ?? (() => undefined)),
  };
  const outcomes = new Map<string, Promise<string>>();
  return async (text, baseDir = parts.baseDir) => {
    const uri = parseSecretUri(text);
    if (uri === undefined) return text;
    if (uri.scheme === "malformed") throw secretUriError(uri);
    const key = cacheKey(uri, baseDir, parts);
    const outcome = outcomes.get(key) ?? resolveUri(uri, { ...parts, baseDir });
    outcomes.set(key, outcome);
    return outcome;
  };
}

/** Files of the same name in two folders are two secrets. */
function cacheKey(uri: SecretUri, baseDir: string, { env }: SecretSurroundings): string {
  if (uri.scheme === "file") return `file\0${secretPath(uri.path, baseDir, env)}`;
  if (uri.scheme === "dotenv") return `dotenv\0${secretPath(uri.path, baseDir, env)}\0${uri.name}`;
  return uri.scheme === "exec" ? `exec\0${baseDir}\0${uri.text}` : uri.text;
}

async function resolveUri(uri: SecretUri, parts: SecretSurroundings): Promise<string> {
  switch (uri.scheme) {
    case "env":
      return resolveVariable(uri, parts.env);
    case "file":
      return resolveFile(uri, parts);
    case "dotenv":
      return resolveDotenv(uri, parts);
    case "doppler":
      return resolveDoppler(uri, parts);
    case "op":
      return resolveOnePassword(uri, parts);
    case "exec":
      return resolveExec(uri, parts);
  }
}

function once(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    warn(message);
  };
}
