import { readdirSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { processName, processStart, processStartMs } from "../system/process-info.js";
import { readFileText } from "../system/read-file-text.js";
import { lockFolder, type StackRef } from "./stack-ref.js";

/** Who holds a stack's lock, by Pulumi's lock file. */
export interface StackLock {
  readonly path: string;
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** When it was taken, as the file says it. */
  readonly since: string;
  /** True when the holder ran on this machine and its process is gone. */
  readonly isStale: boolean;
}

/** The locks of a stack; empty for backends other than `file://`, whose locks only pulumi can read. */
export function readStackLocks(place: StackRef): readonly StackLock[] {
  const paths = lockPaths(place) ?? [];
  return paths.map(readLock).filter((lock) => lock !== undefined);
}

/**
 * Removes what a full disk has left of locks that were never taken: with one pulumi works no more on the
 * stack ("unexpected end of JSON input", pulumi 3.259.0, tried 2026-12-01).
 */
export function removeCutLocks(place: StackRef, nowMs: number): void {
  const folder = lockFolder(place);
  if (folder === undefined) return;
  for (const name of namesIn(folder).filter((one) => /\.json\.\w+\.tmp$/.test(one))) {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    // A run that takes a lock writes it at once.
    if (stats?.size === 0 && nowMs - stats.mtimeMs > cutLockMs) rmSync(join(folder, name), { force: true });
  }
}

/** How old an empty lock is that nobody writes any more. */
const cutLockMs = 1000;

/** True when a stack surely has no lock, not even an unreadable one; false for backends other than `file://`. */
export function hasNoLock(place: StackRef): boolean {
  return lockPaths(place)?.length === 0;
}

/** Undefined for backends whose locks only pulumi can read. */
function lockPaths(place: StackRef): readonly string[] | undefined {
  const folder = lockFolder(place);
  if (folder === undefined) return undefined;
  return namesIn(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No folder, no lock.
    return [];
  }
}

/** A lock in words: "deploy@host1, process 4711, since 2026-08-21T10:00:00Z, 3 minutes ago (that process is gone)". */
export function lockText(lock: StackLock, nowMs: number): string {
  const ago = agoText(Date.parse(lock.since), nowMs);
  const since = ago === undefined ? lock.since : `${lock.since}, ${ago}`;
  return `${lock.username}@${lock.hostname}, process ${lock.pid}, since ${since}${lock.isStale ? " (that process is gone)" : ""}`;
}

/** Several locks in words. */
export function locksText(locks: readonly StackLock[], nowMs: number): string {
  return locks.map((lock) => lockText(lock, nowMs)).join("; ");
}

const units = [
  { name: "day", seconds: 86_400 },
  { name: "hour", seconds: 3_600 },
  { name: "minute", seconds: 60 },
  { name: "second", seconds: 1 },
] as const;

/** How long ago a time was, in its largest unit; undefined for no time, and for one that by another clock is to come. */
function agoText(thenMs: number, nowMs: number): string | undefined {
  const seconds = Math.floor((nowMs - thenMs) / 1000);
  if (Number.isNaN(seconds) || seconds < 0) return undefined;
  const unit = units.find((one) => seconds >= one.seconds);
  if (unit === undefined) return "just now";
  const count = Math.floor(seconds / unit.seconds);
  return `${count} ${unit.name}${count === 1 ? "" : "s"} ago`;
}

function readLock(path: string): StackLock | undefined {
  try {
    const value: unknown = JSON.parse(readFileText({ file: path, cwd: "/" }));
    if (typeof value !== "object" || value === null) return undefined;
    const content = value as Record<string, unknown>;
    const pid = Number(content["pid"]);
    const host = String(content["hostname"] ?? "");
    return {
      path,
      pid,
      username: String(content["username"] ?? ""),
      hostname: host,
      since: String(content["timestamp"] ?? ""),
      isStale: host === hostname() && (!isRunning(pid) || isAnotherProcess(pid, String(content["timestamp"] ?? ""))),
    };
  } catch {
    // The holder has just removed it, or it is no lock file of pulumi's.
    return undefined;
  }
}

/** How far a process's start may be reckoned too late. */
const startToleranceMs = 60_000;

/**
 * True when the number now belongs to a process that cannot have taken the lock: it started later and is no pulumi. The
 * start alone does not say it, as it moves when the machine's clock is set.
 */
function isAnotherProcess(pid: number, since: string): boolean {
  const name = processName(pid);
  const startMs = processStartMs(pid);
  if (name === "" || name.includes("pulumi") || startMs === undefined) return false;
  return startMs > Date.parse(since) + startToleranceMs;
}

/** A process that has ended and waits to be reaped still has its number, and holds nothing. */
function isRunning(pid: number): boolean {
  if (processStart(pid) === "ended") return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
