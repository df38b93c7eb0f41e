import { closeSync, fstatSync, readlinkSync, readSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  assertRegular,
  checkTextSize,
  decodeText,
  openFile,
  type ReadFileTextInput,
  readFileText,
  statFile,
  unreadable,
} from "./read-file-text.js";

/** How long a pipe whose writer is silent is waited for, in milliseconds. */
const pipePatienceMs = 60_000;

const pollMs = 10;
const maxLinks = 40;

/** What {@link readInputText} reads. */
export interface ReadInputTextInput extends ReadFileTextInput {
  /** Gives standard input, for `-` and its other names. */
  readonly readStdin: () => Promise<string>;
  /** How long a silent pipe is waited for, in milliseconds; default a minute. */
  readonly patienceMs?: number;
}

/**
 * The text of what a user names as input: `-`, a regular file, a pipe such as `<(...)`, or an open descriptor such as
 * /dev/stdin. A pipe that nobody writes to is refused at once, one whose writer is silent after a minute.
 * Throws E_LOAD_NOT_FOUND, E_LOAD_UNREADABLE and E_LOAD_TOO_LARGE.
 */
export async function readInputText(input: ReadInputTextInput): Promise<string> {
  const { file, cwd, readStdin, patienceMs = pipePatienceMs } = input;
  if (isStandardInput(file, cwd)) return readStdin();
  const path = resolve(cwd, file);
  if (!statFile(file, path).isFIFO()) return readFileText(input);
  const handle = openFile(file, path);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFIFO()) assertRegular(file, stat);
    return decodeText(file, await readPipe({ file, handle, patienceMs }));
  } finally {
    closeSync(handle);
  }
}

/**
 * True for an input that can be read only once or that names another file each time: `-`, an open descriptor, a pipe, a
 * device, a socket. It has no folder of its own, and its path means nothing to the next run.
 */
export function isReadOnce(file: string, cwd: string): boolean {
  if (file === "-") return true;
  const path = resolve(cwd, file);
  if (descriptorOf(path) !== undefined) return true;
  const stat = statOf(path);
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

/** True for `-` and for every path that leads to the process's standard input, such as /dev/stdin. */
export function isStandardInput(file: string, cwd: string): boolean {
  return file === "-" || descriptorOf(resolve(cwd, file)) === "0";
}

/** The number of the open descriptor that a path leads to, "other" for one of another process. */
function descriptorOf(path: string): string | undefined {
  let current = path;
  for (let links = 0; links < maxLinks; links += 1) {
    current = join(realFolder(dirname(current)), basename(current));
    if (current === "/dev/stdin") return "0";
    const own = /^(?:\/dev\/fd|\/proc\/(?:thread-)?self\/fd)\/(\d+)$/.exec(current)?.[1];
    if (own !== undefined) return own;
    const [, process_, number] = /^\/proc\/(\d+)\/(?:task\/\d+\/)?fd\/(\d+)$/.exec(current) ?? [];
    if (number !== undefined) return process_ === String(process.pid) ? number : "other";
    const next = linkOf(current);
    if (next === undefined) return undefined;
    current = resolve(dirname(current), next);
  }
  return undefined;
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // It is not there, and then its files are not either.
    return folder;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // It is no link, or is not there.
    return undefined;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Reading it reports what is wrong.
    return undefined;
  }
}

interface PipeRead {
  readonly file: string;
  readonly handle: number;
  readonly patienceMs: number;
}

/** Reads a pipe to its end. Its descriptor does not block, so the process can be ended while it waits. */
async function readPipe({ file, handle, patienceMs }: PipeRead): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let deadline = performance.now() + patienceMs;
  for (;;) {
    const chunk = readChunk(handle);
    if (chunk === "nothing yet") {
      if (performance.now() > deadline) throw silent(file, `nothing came from the pipe for ${patienceMs / 1000} s`);
      await delay(pollMs);
      continue;
    }
    if (chunk.length === 0) break;
    sizeBytes += chunk.length;
    checkTextSize(file, sizeBytes);
    chunks.push(chunk);
    deadline = performance.now() + patienceMs;
  }
  if (sizeBytes === 0) throw silent(file, "nobody writes to this pipe");
  return Buffer.concat(chunks);
}

function readChunk(handle: number): Buffer | "nothing yet" {
  const chunk = Buffer.allocUnsafe(64 * 1024);
  try {
    return chunk.subarray(0, readSync(handle, chunk));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return "nothing yet";
    throw error;
  }
}

function silent(file: string, message: string): Error {
  return unreadable({ file, message, hint: "use a regular file, or - for standard input" });
}
