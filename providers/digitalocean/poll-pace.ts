import type { PollPace } from "../kit/poll.js";

/**
 * The sandbox's pace: 100 ms growing to 1 s, or always PLANTON_SANDBOX_POLL_MS. (The vendor's plugin looks every
 * 15 s, digitalocean/terraform-provider-digitalocean v2.99.1.)
 */
export function pollPace(env: Readonly<Record<string, string | undefined>>): PollPace {
  const fixedMs = Number(env["PLANTON_SANDBOX_POLL_MS"]);
  if (Number.isFinite(fixedMs) && fixedMs > 0) return { firstIntervalMs: fixedMs, maxIntervalMs: fixedMs, growth: 1 };
  return { firstIntervalMs: 100, maxIntervalMs: 1000, growth: 1.5 };
}
