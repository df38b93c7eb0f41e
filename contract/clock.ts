import { randomBytes } from "node:crypto";
import { PlantonError } from "./planton-error.js";

/** Time and randomness, passed in so that tests can hold them still. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Waits; throws E_INTERRUPTED as soon as one of the signals fires. */
  sleep(durationMs: number, ...signals: readonly AbortSignal[]): Promise<void>;
  /** 0 to 1, 1 excluded. */
  random(): number;
  /** Unguessable. */
  randomBytes(count: number): Uint8Array;
}

/** The machine's own time and randomness. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  randomBytes: (count) => randomBytes(count),
  sleep(durationMs, ...signals) {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        release();
        reject(new PlantonError({ code: "E_INTERRUPTED", message: "the wait was interrupted" }));
      };
      const release = (): void => {
        for (const signal of signals) signal.removeEventListener("abort", stop);
      };
      const timer = setTimeout(() => {
        release();
        resolve();
      }, durationMs);
      for (const signal of signals) signal.addEventListener("abort", stop, { once: true });
      if (signals.some((signal) => signal.aborted)) stop();
    });
  },
};
