import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Running } from "./planton-bed.js";

/** Command lines of all processes while one runs, without repeats; empty where there is no /proc. */
export async function watchArguments(running: Running): Promise<string> {
  const seen = new Set<string>();
  let isRunning = true;
  const ended = running.ended.finally(() => {
    isRunning = false;
  });
  while (isRunning && existsSync("/proc/self/cmdline")) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        // The process ended in between.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await ended;
  return [...seen].join("\n");
}
