import type { RetryPolicy } from "../../http/retry.js";
import type { PropertyMap } from "../kit/property-value.js";

type Env = Readonly<Record<string, string | undefined>>;

const defaultMax = 4;

function numberOf(config: PropertyMap, name: string): number | undefined {
  const value = config[name];
  return typeof value === "number" ? value : undefined;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/**
 * Repetitions of a request: every method, POST too, after a lost response, a 5xx but 501, and a 429. The vendor's plugin
 * makes up to 4 (httpRetryMax, DIGITALOCEAN_HTTP_RETRY_MAX), and doubles its wait from 1 s up to 30 s (godo v1.202.0
 * with hashicorp/go-retryablehttp). The sandbox's waits are 0.1 s up to 1 s, or always PLANTON_SANDBOX_POLL_MS, unless
 * httpRetryWaitMin and httpRetryWaitMax say otherwise.
 */
export function retryPolicy(config: PropertyMap, env: Env): RetryPolicy {
  const max = numberOf(config, "httpRetryMax") ?? Number(env["DIGITALOCEAN_HTTP_RETRY_MAX"] ?? defaultMax);
  const fixedMs = positive(env["PLANTON_SANDBOX_POLL_MS"]);
  const minSeconds = numberOf(config, "httpRetryWaitMin");
  const maxSeconds = numberOf(config, "httpRetryWaitMax");
  return {
    retryMax: Number.isInteger(max) && max >= 0 ? max : defaultMax,
    retryWaitMinMs: minSeconds === undefined ? (fixedMs ?? 100) : minSeconds * 1000,
    retryWaitMaxMs: maxSeconds === undefined ? (fixedMs ?? 1000) : maxSeconds * 1000,
    repeatsAnyMethod: true,
  };
}
