import { spawn } from "node:child_process";
import { once } from "node:events";
import { type ProcessRequest, peakMemoryMib } from "./run-process.js";

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
