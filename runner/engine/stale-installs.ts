import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { processStart } from "../system/process-info.js";

/** How the names of work folders begin. */
export const workPrefix = ".work-";

const workerFile = "worker.json";
const endTimeoutMs = 5_000;

/** Notes in a work folder which process writes into it, for {@link removeStaleInstalls} of a later run. */
export function recordWorker(folder: string, pid: number): void {
  const start = processStart(pid);
  // Without the start time the number could mean another process by then; nothing is ended on such a ground.
  if (start !== undefined) writeFileSync(join(folder, workerFile), JSON.stringify({ pid, start }));
}

/**
 * Removes the work folders of runs that were killed, and ends their workers first: a compiler that goes on would make
 * its folder anew. Only for the holder of the lock, to whom every folder is stale.
 */
export async function removeStaleInstalls(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(workPrefix)) continue;
    await endWorker(join(root, name));
    rmSync(join(root, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

async function endWorker(folder: string): Promise<void> {
  const worker = readWorker(folder);
  if (worker === undefined || processStart(worker.pid) !== worker.start) return;
  try {
    process.kill(worker.pid, "SIGKILL");
  } catch {
    // It ended in this moment, or belongs to another user: either way the folder is all that is left to deal with.
    return;
  }
  const end = performance.now() + endTimeoutMs;
  while (processStart(worker.pid) === worker.start && performance.now() < end) await delay(10);
}

function readWorker(folder: string): { pid: number; start: string } | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, workerFile), "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("start" in value)) return undefined;
    const { pid, start } = value;
    return typeof pid === "number" && Number.isInteger(pid) && pid > 1 && typeof start === "string"
      ? { pid, start }
      : undefined;
  } catch {
    // The run was killed before its worker started, or while noting it.
    return undefined;
  }
}
