import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { ProcessRequest } from "./run-process.js";

/** What a plugin took until it could be used. */
export interface ReadyCost {
  /** From the start of the process to the port on its standard output. */
  readonly readyMs: number;
  /** Peak resident memory until then, in MiB; NaN where /proc is not there. */
  readonly peakMib: number;
}

/** Starts a Pulumi plugin, waits until it announces its port, and ends it. Throws when it ends without one. */
export async function measureReady({ path, args, cwd, env }: ProcessRequest): Promise<ReadyCost> {
  const startedAtMs = performance.now();
  const child = spawn(path, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const announced = once(child.stdout, "data");
  await Promise.race([announced, ended.then(() => Promise.reject(new Error(`"${path}" ended without a port`)))]);
  const readyMs = performance.now() - startedAtMs;
  const peakMib = peakMemoryMib(child.pid);
  child.kill("SIGTERM");
  await ended;
  return { readyMs, peakMib };
}

function peakMemoryMib(pid: number | undefined): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) / 1024;
  } catch {
    // Only Linux has it; elsewhere the table shows no memory.
    return Number.NaN;
  }
}
