import type { Clock } from "../../contract/clock.js";

/** How often to look. */
export interface PollPace {
  readonly firstIntervalMs: number;
  readonly maxIntervalMs: number;
  /** Each interval is this many times the one before. */
  readonly growth: number;
}

/** One wait. */
export interface Poll<Result> {
  /** Looks once; undefined means not yet. What it throws ends the wait. */
  readonly look: () => Promise<Result | undefined>;
  readonly pace: PollPace;
  /** Milliseconds from the start of the wait to giving up. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** End the wait with E_INTERRUPTED. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Looks again and again, with up to a tenth of jitter between looks, until there is a result. Gives undefined
 * when the time is over; the last look is at the deadline. Throws E_INTERRUPTED when a signal fires.
 */
export async function pollUntil<Result>(poll: Poll<Result>): Promise<Result | undefined> {
  const { clock, pace } = poll;
  const deadlineMs = clock.nowMs() + poll.timeoutMs;
  let intervalMs = pace.firstIntervalMs;
  for (;;) {
    const leftMs = deadlineMs - clock.nowMs();
    const waitMs = intervalMs * (1 + clock.random() / 10);
    await clock.sleep(Math.max(0, Math.min(waitMs, leftMs)), ...poll.signals);
    const result = await poll.look();
    if (result !== undefined) return result;
    if (clock.nowMs() >= deadlineMs) return undefined;
    intervalMs = Math.min(intervalMs * pace.growth, pace.maxIntervalMs);
  }
}
