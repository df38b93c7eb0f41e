import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Environment } from "../planton-home.js";
import { secretUriError } from "./secret-uri-error.js";

/** Largest file that a secret is read from, bytes. */
export const maxSecretFileBytes = 64 * 1024;

/** A file that holds a secret. */
export interface SecretFile {
  /** At most one byte more than {@link maxSecretFileBytes}. */
  readonly bytes: Uint8Array;
  /** False for folders, devices and pipes; nothing of them is read. */
  readonly isRegular: boolean;
  /** It belongs to this user, who lets others read or write it. */
  readonly isOpenToOthers: boolean;
  /** Permission bits. */
  readonly mode: number;
}

/** Reads a file by its absolute path; rejects with the file system's error. */
export type ReadSecretFile = (path: string) => Promise<SecretFile>;

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
export interface OpenSecretFileInput {
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  readonly readFile: ReadSecretFile;
}

/** The file, when it is one of bearable size. Throws E_SECRET_URI. */
export async function openSecretFile({ shown, path, readFile }: OpenSecretFileInput): Promise<SecretFile> {
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
export function modeText(mode: number): string {
  return `0${mode.toString(8).padStart(3, "0")}`;
}
