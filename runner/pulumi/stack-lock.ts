import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileBackendFolder } from "../project/backend.js";

/** Who holds a stack's lock, as Pulumi's lock file tells. */
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
export function readStackLocks(backendUrl: string, cwd: string, project: string, stack: string): readonly StackLock[] {
  const root = fileBackendFolder(backendUrl, cwd);
  if (root === undefined) return [];
  const folder = join(root, ".pulumi", "locks", "organization", project, stack);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    // No folder, no lock.
    return [];
  }
  return names.map((name) => readLock(join(folder, name))).filter((lock) => lock !== undefined);
}

/** A lock in words: "deploy@host1, process 4711, since 2026-08-21T10:00:00Z". */
export function lockText(lock: StackLock): string {
  return `${lock.username}@${lock.hostname}, process ${lock.pid}, since ${lock.since}${lock.isStale ? " (that process is gone)" : ""}`;
}

function readLock(path: string): StackLock | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
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
      isStale: host === hostname() && !isRunning(pid),
    };
  } catch {
    // The holder has just removed it.
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
