import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { PlantonError } from "../../../contract/planton-error.js";
import { isProcessAlive } from "../base/process-alive.js";
import { waitUntil } from "../base/wait-until.js";

const waitMs = 20_000;
const oldMs = 60_000;

/**
 * Runs `work` while no other process holds the lock file. A lock whose holder is dead, or that is older than a minute
 * (a start takes seconds), is taken over. Throws E_SANDBOX when it is not free within 20 s.
 */
export async function withStartLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const mark = `${process.pid} ${randomUUID()}`;
  if (!(await waitUntil(waitMs, () => takeLock(path, mark))))
    throw new PlantonError({
      code: "E_SANDBOX",
      message: `another start of the sandbox holds "${path}"`,
      hint: "wait for it to end; if none is under way, remove that file",
    });
  try {
    return await work();
  } finally {
    if (readMark(path) === mark) rmSync(path, { force: true });
  }
}

function takeLock(path: string, mark: string): boolean {
  // Linked in place whole, so that nobody reads a lock without its holder.
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, mark, { mode: 0o600, flag: "wx" });
  try {
    if (link(own, path)) return true;
    const held = readMark(path);
    if (held !== undefined && isLeft(path, held)) moveAway(path, held);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function isLeft(path: string, mark: string): boolean {
  if (!isProcessAlive(Number(mark.split(" ")[0]))) return true;
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made > oldMs;
}

function moveAway(path: string, mark: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    // Somebody took it over and took a new one in between: that one goes back.
    if (readMark(aside) !== mark) link(aside, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readMark(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
