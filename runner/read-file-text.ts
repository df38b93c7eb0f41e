import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { type ErrorCode, errorCodes } from "../contract/error-codes.js";
import { PlantonError } from "../contract/planton-error.js";

/** Largest stack input that is read, in bytes. */
export const maxFileBytes = 1024 * 1024;

/** Which file to read. */
export interface ReadFileTextInput {
  /** Path as the user gave it; relative to `cwd`. */
  readonly file: string;
  /** Absolute path of the folder the user stands in. */
  readonly cwd: string;
}

/**
 * The text of a file, without a byte order mark. Reads nothing of a file that is too large.
 * Throws E_LOAD_NOT_FOUND, E_LOAD_UNREADABLE (folder, device, no permission, no UTF-8) and E_LOAD_TOO_LARGE.
 */
export function readFileText({ file, cwd }: ReadFileTextInput): string {
  return decodeText(file, readBytes(file, resolve(cwd, file)));
}

/** Text of bytes that must be UTF-8; `file` is named in errors. Throws E_LOAD_TOO_LARGE and E_LOAD_UNREADABLE. */
export function decodeText(file: string, bytes: Uint8Array): string {
  checkTextSize(file, bytes.length);
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

/** Throws E_LOAD_TOO_LARGE when a text of that size is not read. */
export function checkTextSize(file: string, sizeBytes: number): void {
  if (sizeBytes <= maxFileBytes) return;
  const sizeMib = (sizeBytes / 1024 / 1024).toFixed(1);
  throw fault({ code: "E_LOAD_TOO_LARGE", file, message: `the file has ${sizeMib} MiB; at most 1 MiB is read` });
}

function readBytes(file: string, path: string): Uint8Array {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (cause) {
    throw openFault(file, cause);
  }
  try {
    const stat = fstatSync(handle);
    if (stat.isDirectory()) {
      const hint = "name the file in it, such as stack-input.yaml";
      throw fault({ code: "E_LOAD_UNREADABLE", file, message: "this is a folder, not a file", hint });
    }
    if (stat.isFile()) checkTextSize(file, stat.size);
    return readAtMost(handle, file);
  } finally {
    closeSync(handle);
  }
}

/** Reads to the end, so that pipes (`<(...)`) work, whose size is not known before. */
function readAtMost(handle: number, file: string): Uint8Array {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSync(handle, chunk);
    if (count === 0) return Buffer.concat(chunks);
    sizeBytes += count;
    checkTextSize(file, sizeBytes);
    chunks.push(chunk.subarray(0, count));
  }
}

function openFault(file: string, cause: unknown): PlantonError {
  const reason = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (reason === "ENOENT" || reason === "ENOTDIR") {
    return fault({ code: "E_LOAD_NOT_FOUND", file, message: "there is no such file", cause });
  }
  if (reason === "EACCES" || reason === "EPERM") {
    const hint = "check the permissions of the file and its folder";
    return fault({ code: "E_LOAD_UNREADABLE", file, message: "you may not read the file", hint, cause });
  }
  return fault({ code: "E_LOAD_UNREADABLE", file, message: `the file cannot be opened (${String(reason)})`, cause });
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
