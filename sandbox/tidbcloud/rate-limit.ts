/** Requests of the current minute, by public key. */
export type RequestRates = Map<string, { readonly startedMs: number; count: number }>;

const windowMs = 60_000;

/** Where a key stands in its minute. */
export interface RateStanding {
  readonly exceeded: boolean;
  /** X-Ratelimit-Limit-Minute, -Remaining-Minute and X-Ratelimit-Reset, the latter in seconds. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What {@link countRate} counts. */
export interface RatedRequest {
  /** Public key; "" for requests without one. */
  readonly key: string;
  readonly limit: number;
  readonly nowMs: number;
}

/** Counts one request in the minute of its key: the minutes are those of the clock, as in Kong 2.8, the gateway in use. */
export function countRate(rates: RequestRates, { key, limit, nowMs }: RatedRequest): RateStanding {
  const startedMs = Math.floor(nowMs / windowMs) * windowMs;
  const last = rates.get(key);
  const count = last?.startedMs === startedMs ? last.count + 1 : 1;
  rates.set(key, { startedMs, count });
  return {
    exceeded: count > limit,
    headers: {
      "x-ratelimit-limit-minute": String(limit),
      "x-ratelimit-remaining-minute": String(Math.max(0, limit - count)),
      "x-ratelimit-reset": String(Math.max(1, Math.ceil((startedMs + windowMs - nowMs) / 1000))),
    },
  };
}
