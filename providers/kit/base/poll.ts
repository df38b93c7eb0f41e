import type { Clock } from "../../../contract/clock.js";

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

/** Part of a process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** True when the plugin works for the sandbox, where everything takes a fraction of its time. */
export function isSandbox(env: Environment): boolean {
  return env["PLANTON_SANDBOX"] === "1";
}

/** How often to look: every 2 s growing to 10 s; in the sandbox 50 ms growing to 500 ms, or PLANTON_SANDBOX_POLL_MS. */
export function pollPace(env: Environment): PollPace {
  if (!isSandbox(env)) return { firstIntervalMs: 2000, maxIntervalMs: 10_000, growth: 1.3 };
  const fixedMs = Number(env["PLANTON_SANDBOX_POLL_MS"]);
  if (Number.isFinite(fixedMs) && fixedMs > 0) return { firstIntervalMs: fixedMs, maxIntervalMs: fixedMs, growth: 1 };
  return { firstIntervalMs: 50, maxIntervalMs: 500, growth: 1.3 };
}
