import { randomBytes } from "node:crypto";
import type { Clock } from "../../../contract/clock.js";
import { PlantonError } from "../../../contract/planton-error.js";

/** A clock for tests: a sleep moves it on at once, so that waits of minutes take no time. */
export interface TestClock extends Clock {
  /** Moves it on by that many milliseconds. */
  passMs(ms: number): void;
}

/** Makes a clock of its own; plugin and sandbox of one test share it, so that what is waited for comes. */
export function createTestClock(startMs = Date.parse("2026-01-02T03:04:05Z")): TestClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    passMs(ms) {
      nowMs += ms;
    },
    random: () => 0,
    randomBytes: (count) => randomBytes(count),
    async sleep(durationMs, ...signals) {
      // Requests and signals that are under way come first, as they would in a real wait.
      await new Promise((resolve) => setImmediate(resolve));
      if (signals.some(({ aborted }) => aborted))
        throw new PlantonError({ code: "E_INTERRUPTED", message: "the wait was interrupted" });
      nowMs += Math.max(0, durationMs);
    },
  };
}
