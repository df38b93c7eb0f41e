import type { PollPace } from "./poll.js";

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
