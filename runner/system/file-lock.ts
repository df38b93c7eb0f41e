import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ownIdentity, type ProcessIdentity, processLife } from "./process-info.js";

/** Who holds a lock. */
interface LockHolder {
  readonly pid: number;
  /** When it was taken, ISO 8601; empty when the lock is just being written. */
  readonly since: string;
}

/** A lock among the processes of a user. */
interface FileLock {
  /** The lock file, absolute; it exists while the lock is held. */
  readonly path: string;
  /** Called once when another process holds the lock, before the wait. */
  readonly onWait: (holder: LockHolder) => void;
  /** How often a waiter looks; default 200 ms. */
  readonly pollMs?: number;
  /**
   * A holder whose life cannot be checked (another machine or container) counts as dead after this silence; default 30
   * s.
   */
  readonly silenceMs?: number;
}

interface LockRecord extends LockHolder, ProcessIdentity {
  readonly token: string;
}

/** The lock file as last seen; the holder touches it, so a change of time is a sign of life. */
interface Sight {
  readonly text: string;
  readonly mtimeMs: number;
}

const heartbeatMs = 5_000;
const breakerStaleMs = 10_000;

/**
 * Runs the action while no other process runs one under the same lock, and gives back its result. A lock whose holder
 * is dead is taken over. Throws what the action throws, or the system's error when the lock file cannot be written.
 */
export async function withFileLock<T>(lock: FileLock, action: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock.path), { recursive: true });
  const token = randomUUID();
  await acquire(lock, token);
  const heartbeat = setInterval(() => touch(lock.path), heartbeatMs).unref();
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    // Another process may have taken the lock over after a long silence (a laptop asleep): then it is not ours to remove.
    if (parseRecord(look(lock.path)?.text)?.token === token) rmSync(lock.path, { force: true });
  }
}

async function acquire(lock: FileLock, token: string): Promise<void> {
  let reported = false;
  let since = performance.now();
  let last: Sight | undefined;
  while (!create(lock.path, token)) {
    const sight = look(lock.path);
    if (sight === undefined) continue;
    if (sight.text !== last?.text || sight.mtimeMs !== last.mtimeMs) since = performance.now();
    last = sight;
    const holder = parseRecord(sight.text);
    const silent = performance.now() - since > (lock.silenceMs ?? 30_000);
    const life = holder === undefined ? "unknown" : processLife(holder);
    if ((life === "dead" || (life === "unknown" && silent)) && breakLock(lock.path, sight)) continue;
    if (!reported && holder !== undefined && life !== "dead") {
      reported = true;
      lock.onWait({ pid: holder.pid, since: holder.since });
    }
    await delay(lock.pollMs ?? 200);
  }
}

function create(path: string, token: string): boolean {
  const record: LockRecord = { token, ...ownIdentity(), since: new Date().toISOString() };
  try {
    writeFileSync(path, JSON.stringify(record), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}

function look(path: string): Sight | undefined {
  try {
    const { mtimeMs } = statSync(path);
    return { text: readFileSync(path, "utf8"), mtimeMs };
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Undefined for a file that is still being written, or is none of ours. */
function parseRecord(text: string | undefined): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null) return undefined;
    const { token, pid, machine, start, since }: Partial<Record<keyof LockRecord, unknown>> = value;
    if (typeof token !== "string" || typeof pid !== "number" || typeof machine !== "string") return undefined;
    if (typeof start !== "string" || typeof since !== "string") return undefined;
    return { token, pid, machine, start, since };
  } catch {
    // The caller treats it as a holder of unknown life and waits.
    return undefined;
  }
}

/**
 * Removes a dead holder's lock file; false when somebody else is at it. Two waiters may try at once, and the second must
 * not remove what the first has just taken: one at a time, and only what was seen.
 */
function breakLock(path: string, seen: Sight): boolean {
  const breaker = `${path}.break`;
  try {
    mkdirSync(breaker);
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
    removeOldBreaker(breaker);
    return false;
  }
  try {
    const now = look(path);
    if (now?.text === seen.text && now.mtimeMs === seen.mtimeMs) unlinkSync(path);
    return true;
  } finally {
    rmdirSync(breaker);
  }
}

function removeOldBreaker(breaker: string): void {
  try {
    if (Date.now() - statSync(breaker).mtimeMs > breakerStaleMs) rmdirSync(breaker);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // A missed sign of life matters only after many of them.
  }
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
