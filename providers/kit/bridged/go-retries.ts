import { PlantonError } from "../../../contract/planton-error.js";
import type { HttpResponse } from "../../../http/http-message.js";
import type { RetryPolicy } from "../../../http/retry.js";
import type { Environment } from "../base/poll.js";
import type { PropertyMap } from "../schema/property-value.js";

const defaultMax = 4;

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/**
 * Repetitions of a request as hashicorp/go-retryablehttp makes them: every method, POST too, after a lost response, a 5xx
 * but 501, and a 429. A plugin makes up to 4 (httpRetryMax, else the environment's `maxVariable`), and doubles its wait
 * from 1 s up to 30 s. The sandbox's waits are 0.1 s up to 1 s, or always PLANTON_SANDBOX_POLL_MS, unless httpRetryWaitMin
 * and httpRetryWaitMax say otherwise.
 */
export function goRetries(config: PropertyMap, env: Environment, maxVariable: string): RetryPolicy {
  const max = numberOf(config["httpRetryMax"]) ?? Number(env[maxVariable] ?? defaultMax);
  const fixedMs = Number(env["PLANTON_SANDBOX_POLL_MS"]);
  const waitMs = (key: string, usualMs: number): number => {
    const seconds = numberOf(config[key]);
    return seconds === undefined ? (fixedMs > 0 ? fixedMs : usualMs) : seconds * 1000;
  };
  return {
    retryMax: Number.isInteger(max) && max >= 0 ? max : defaultMax,
    retryWaitMinMs: waitMs("httpRetryWaitMin", 100),
    retryWaitMaxMs: waitMs("httpRetryWaitMax", 1000),
    repeatsAnyMethod: true,
  };
}

/**
 * Repetitions of a request as cloudflare-go makes them (internal/requestconfig v6.6.0, read 2026-11): every method, POST
 * too, 10 times after a lost response, a 408, 409, 429 or 5xx, unless the response's x-should-retry says otherwise; a
 * Retry-After below a minute is obeyed. It doubles its wait from 2 s up to 30 s; in the sandbox from 0.1 s up to 1 s, or
 * always PLANTON_SANDBOX_POLL_MS.
 */
export function stainlessRetries(env: Environment): RetryPolicy {
  const fixedMs = Number(env["PLANTON_SANDBOX_POLL_MS"]);
  return {
    retryMax: 10,
    retryWaitMinMs: fixedMs > 0 ? fixedMs : 100,
    retryWaitMaxMs: fixedMs > 0 ? fixedMs : 1000,
    repeatsAnyMethod: true,
    repeatedStatuses: [408, 409],
    decidingHeader: "x-should-retry",
    retryAfterMaxMs: 60_000,
  };
}

/** The error of a response with what go-retryablehttp adds when it gives up. */
export function givenUp({ code, message }: PlantonError, { status, attempts }: HttpResponse): PlantonError {
  const isRepeatable = status === 429 || (status >= 500 && status !== 501);
  const text = isRepeatable && attempts > 1 ? `; giving up after ${attempts} attempt(s)` : "";
  return new PlantonError({ code, message: message + text });
}
