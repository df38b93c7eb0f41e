import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Environment } from "../../system/planton-home.js";
import { nonEmpty, otherNames, secretText, secretUriError } from "../secret-error.js";
import type { ReadSecretFile, ResolveContext, SecretFile } from "../secret-parts.js";
import type { DotenvUri, EnvironmentUri, FileUri } from "../secret-uri.js";
import { parseDotenv } from "./dotenv.js";

/** The value of an environment variable. Throws E_SECRET_URI when it is not set or empty. */
export function resolveVariable(uri: EnvironmentUri & { readonly shown: string }, env: Environment): string {
  const value = Object.hasOwn(env, uri.name) ? env[uri.name] : undefined;
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
export async function resolveFile(uri: FileUri & { readonly shown: string }, parts: ResolveContext): Promise<string> {
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
  parts: ResolveContext,
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

/** Largest file that a secret is read from, bytes. */
const maxSecretFileBytes = 64 * 1024;

/** Reads a file from disk. Never waits for a pipe's other end. */
export const readSecretFile: ReadSecretFile = async (path) => {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await handle.stat();
    const isRegular = stat.isFile();
    const isOwn = process.getuid !== undefined && stat.uid === process.getuid();
    return {
      bytes: isRegular ? await readStart(handle) : new Uint8Array(),
      isRegular,
      isOpenToOthers: isOwn && (stat.mode & 0o077) !== 0,
      mode: stat.mode & 0o777,
    };
  } finally {
    await handle.close();
  }
};

async function readStart(handle: FileHandle): Promise<Uint8Array> {
  const bytes = Buffer.alloc(maxSecretFileBytes + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** Absolute path of a path in a URI: `~/` is the home folder, what is relative starts at `baseDir`. */
export function secretPath(path: string, baseDir: string, env: Environment): string {
  if (path === "~" || path.startsWith("~/")) return join(env["HOME"] || homedir(), path.slice(1));
  return resolve(baseDir, path);
}

/** Which file to open, and for which URI. */
interface OpenSecretFileInput {
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  readonly readFile: ReadSecretFile;
}

/** The file, when it is one of bearable size. Throws E_SECRET_URI. */
async function openSecretFile({ shown, path, readFile }: OpenSecretFileInput): Promise<SecretFile> {
  let file: SecretFile;
  try {
    file = await readFile(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (reason === "ENOENT" || reason === "ENOTDIR") {
      const hint = "make it, or correct the path; a relative path starts at the folder of the file that names it";
      throw secretUriError({ shown, problem: `there is no file "${path}"`, hint });
    }
    const mayNot = reason === "EACCES" || reason === "EPERM";
    throw secretUriError({
      shown,
      problem: mayNot ? `you may not read "${path}"` : `"${path}" cannot be read (${reason})`,
      hint: "check the path and the permissions of the file and its folder",
    });
  }
  if (!file.isRegular) throw secretUriError({ shown, problem: `"${path}" is no file`, hint: "name a file" });
  if (file.bytes.length > maxSecretFileBytes) {
    const problem = `"${path}" has more than ${maxSecretFileBytes / 1024} KiB, too much for a secret`;
    throw secretUriError({ shown, problem, hint: "check the path" });
  }
  return file;
}

/** The permission bits as `chmod` takes them. */
function modeText(mode: number): string {
  return `0${mode.toString(8).padStart(3, "0")}`;
}
