import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { type ErrorCode, errorCodes } from "../../contract/error-codes.js";
import { PlantonError } from "../../contract/planton-error.js";

/** Largest text that is read unless another bound is given, in bytes. */
const maxTextBytes = 1024 * 1024;

/** Which file to read. */
export interface ReadFileTextInput {
  /** Path as the user gave it; relative to `cwd`. */
  readonly file: string;
  /** Absolute path of the user's working directory. */
  readonly cwd: string;
  /** Default: 1 MiB. */
  readonly maxBytes?: number;
}

/** The text of a file, whose file it is, and who may use it. */
export interface OwnedText {
  readonly text: string;
  /** User ids of the file's owner and, where the path is a symbolic link, of the link's; 0 where the system has none. */
  readonly ownerUids: readonly number[];
  /** Permission bits. */
  readonly mode: number;
  /** True when the file begins with a byte order mark. */
  readonly hasByteOrderMark: boolean;
}

/**
 * The text of a regular file, without a byte order mark; symbolic links are followed. Reads nothing of a file that is too
 * large, and never waits: whatever else the path names is refused without being opened.
 * Throws E_LOAD_NOT_FOUND, E_LOAD_UNREADABLE (folder, pipe, device, socket, no permission, no UTF-8) and E_LOAD_TOO_LARGE.
 */
export function readFileText(input: ReadFileTextInput): string {
  return readOwnedText(input).text;
}

/** {@link readFileText} with the file's owner and permissions. */
export function readOwnedText({ file, cwd, maxBytes = maxTextBytes }: ReadFileTextInput): OwnedText {
  const path = resolve(cwd, file);
  // Opening alone can act: a device may rewind, a pipe's writer goes on.
  assertRegular(file, statFile(file, path));
  const handle = openFile(file, path);
  try {
    const stat = fstatSync(handle);
    assertRegular(file, stat);
    checkTextSize(file, stat.size, maxBytes);
    const ownerUids = [stat.uid, lstatSync(path).uid];
    const bytes = readAtMost(handle, file, maxBytes);
    const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { text: decodeText(file, bytes, maxBytes), ownerUids, mode: stat.mode & 0o777, hasByteOrderMark };
  } finally {
    closeSync(handle);
  }
}

/** Status of a file after following links. Throws E_LOAD_NOT_FOUND and E_LOAD_UNREADABLE. */
export function statFile(file: string, path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw openFault(file, cause);
  }
}

/** Opens a file for reading without waiting for a pipe's writer. Throws E_LOAD_NOT_FOUND and E_LOAD_UNREADABLE. */
export function openFile(file: string, path: string): number {
  try {
    // Windows has neither flag.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (cause) {
    throw openFault(file, cause);
  }
}

/** Text of bytes that must be UTF-8; `file` is named in errors. Throws E_LOAD_TOO_LARGE and E_LOAD_UNREADABLE. */
export function decodeText(file: string, bytes: Uint8Array, maxBytes = maxTextBytes): string {
  checkTextSize(file, bytes.length, maxBytes);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fault({
      code: "E_LOAD_UNREADABLE",
      file,
      message: "the file is not text in UTF-8",
      hint: "save it as UTF-8",
      cause,
    });
  }
  if (text.includes("\0")) {
    throw fault({ code: "E_LOAD_UNREADABLE", file, message: "the file is binary, not text", hint: "check the path" });
  }
  return text;
}

/** Throws E_LOAD_TOO_LARGE when a file of that size is not read. */
export function checkTextSize(file: string, sizeBytes: number, maxBytes = maxTextBytes): void {
  if (sizeBytes <= maxBytes) return;
  const sizeMib = (sizeBytes / 1024 / 1024).toFixed(1);
  const message = `the file has ${sizeMib} MiB; at most ${maxBytes / 1024 / 1024} MiB is read`;
  throw fault({ code: "E_LOAD_TOO_LARGE", file, message });
}

/** Throws E_LOAD_UNREADABLE for everything but a regular file. */
export function assertRegular(file: string, stat: Stats): void {
  if (stat.isFile()) return;
  if (stat.isDirectory()) {
    const hint = "name the file in it, such as stack-input.yaml";
    throw unreadable({ file, message: "this is a folder, not a file", hint });
  }
  const what = stat.isFIFO() ? "a pipe" : stat.isSocket() ? "a socket" : "a device";
  const hint = "use a regular file, or - for standard input";
  throw unreadable({ file, message: `this is ${what}, not a file`, hint });
}

/** Reads to the end: files of /proc have a size of 0. */
function readAtMost(handle: number, file: string, maxBytes: number): Uint8Array {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readChunk(handle, chunk, file);
    if (count === 0) return Buffer.concat(chunks);
    sizeBytes += count;
    checkTextSize(file, sizeBytes, maxBytes);
    chunks.push(chunk.subarray(0, count));
  }
}

function readChunk(handle: number, chunk: Buffer, file: string): number {
  try {
    return readSync(handle, chunk);
  } catch (cause) {
    const message = `the file cannot be read (${String(codeOf(cause))})`;
    throw unreadable({ file, message, cause });
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}

function openFault(file: string, cause: unknown): PlantonError {
  const reason = codeOf(cause);
  if (reason === "ENOENT" || reason === "ENOTDIR") {
    return fault({ code: "E_LOAD_NOT_FOUND", file, message: "there is no such file", cause });
  }
  if (reason === "EACCES" || reason === "EPERM") {
    const hint = "check the permissions of the file and its folder";
    return fault({ code: "E_LOAD_UNREADABLE", file, message: "you may not read the file", hint, cause });
  }
  return unreadable({ file, message: `the file cannot be opened (${String(reason)})`, cause });
}

/** An E_LOAD_UNREADABLE about a file. */
export function unreadable({ file, message, hint, cause }: Omit<Fault, "code">): PlantonError {
  return fault({ code: "E_LOAD_UNREADABLE", file, message, ...(hint === undefined ? {} : { hint }), cause });
}

interface Fault {
  readonly code: ErrorCode;
  readonly file: string;
  readonly message: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

function fault({ code, file, message, hint = errorCodes[code].hint, cause }: Fault): PlantonError {
  return new PlantonError({
    code,
    message: `${file}: ${message}`,
    hint,
    problems: [{ code, severity: "error", file, message, hint }],
    cause,
  });
}
