import type { Clock } from "../contract/clock.js";
import { PlantonError } from "../contract/planton-error.js";
import type { HttpHeaders, OnWait } from "./http-message.js";

/** Says when a request may start. */
export interface RateLimit {
  /** Waits for a turn. Throws E_VENDOR when it would come after the deadline, E_INTERRUPTED when the signal fires. */
  take(turn: {
    readonly signal?: AbortSignal | undefined;
    readonly deadlineMs?: number | undefined;
    readonly onWait?: OnWait | undefined;
  }): Promise<void>;
  /** Takes note of a response. */
  observe(status: number, headers: HttpHeaders): void;
}

/**
 * Keeps the requests of one key below the vendor's limit; all that use the key share one. Obeys what responses say of it:
 * X-Ratelimit-Limit-Minute, -Remaining-Minute and -Reset (seconds).
 */
export interface MinuteLimit extends RateLimit {
  /** Takes this for the limit, whatever the vendor says of its own; the least of several counts. */
  restrict(maxPerMinute: number): void;
}

const windowMs = 60_000;
/** Part of the vendor's own limit that is used, so that a person with the same key still gets a turn. */
const usedPart = 0.9;

function numberOf(headers: HttpHeaders, name: string): number | undefined {
  const text = headers.get(name);
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Starts requests at least this long after each other, milliseconds. */
export function spacedBy(spacingMs: number, clock: Clock): RateLimit {
  let nextStartMs = 0;
  return {
    async take({ signal }) {
      const startMs = Math.max(nextStartMs, clock.nowMs());
      nextStartMs = startMs + spacingMs;
      await clock.sleep(startMs - clock.nowMs(), ...(signal === undefined ? [] : [signal]));
    },
    observe() {},
  };
}

/** Makes a limit; `defaultPerMinute` holds until the vendor names its own. */
export function createMinuteLimit(clock: Clock, defaultPerMinute: number): MinuteLimit {
  let perMinute = defaultPerMinute;
  let given = Number.POSITIVE_INFINITY;
  let blockedUntilMs = 0;
  let starts: number[] = [];

  const nextTurnMs = (): number => {
    const nowMs = clock.nowMs();
    starts = starts.filter((startMs) => startMs > nowMs - windowMs);
    const limit = Number.isFinite(given) ? given : perMinute;
    const full = starts.length >= limit ? (starts[starts.length - limit] ?? nowMs) + windowMs : nowMs;
    return Math.max(full, blockedUntilMs, nowMs);
  };

  return {
    async take({ signal, deadlineMs = Number.POSITIVE_INFINITY, onWait }) {
      for (;;) {
        const turnMs = nextTurnMs();
        const waitMs = turnMs - clock.nowMs();
        if (waitMs <= 0) {
          starts.push(clock.nowMs());
          return;
        }
        if (turnMs > deadlineMs) {
          const seconds = Math.ceil(waitMs / 1000);
          const message = `the vendor's limit of requests per minute is used up for ${seconds} s more, which is too late for this operation`;
          throw new PlantonError({ code: "E_VENDOR", message, hint: "run it again later, or with fewer at once" });
        }
        onWait?.("the vendor's limit of requests per minute is used up", turnMs);
        await clock.sleep(waitMs, ...(signal === undefined ? [] : [signal]));
      }
    },
    observe(status, headers) {
      const limit = numberOf(headers, "x-ratelimit-limit-minute");
      if (limit !== undefined && limit >= 1) perMinute = Math.max(1, Math.floor(limit * usedPart));
      const isUsedUp = status === 429 || numberOf(headers, "x-ratelimit-remaining-minute") === 0;
      const resetSeconds = numberOf(headers, "x-ratelimit-reset");
      if (isUsedUp && resetSeconds !== undefined) {
        blockedUntilMs = Math.max(blockedUntilMs, clock.nowMs() + Math.min(resetSeconds * 1000, windowMs));
      }
    },
    restrict(maxPerMinute) {
      given = Math.min(given, Math.max(1, Math.floor(maxPerMinute)));
    },
  };
}
