import { setTimeout as wait } from "node:timers/promises";

/** Asks every 25 ms until the result is true; gives false when it is not within `limitMs`. */
export async function waitUntil(limitMs: number, done: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await done())) {
    if (performance.now() >= end) return false;
    await wait(25);
  }
  return true;
}
