import type { Clock } from "../contract/clock.js";
import { isPlantonError, PlantonError } from "../contract/planton-error.js";
import { type HttpRequest, type HttpResponse, isSuccess, type ReceivedResponse } from "./http-message.js";

/** When and how often a request is sent again. */
export interface RetryPolicy {
  /** Repetitions after the first try. */
  readonly retryMax: number;
  readonly retryWaitMinMs: number;
  readonly retryWaitMaxMs: number;
  /** True when the API's PATCH has the same effect however often it is sent. Default: false. */
  readonly repeatsPatch?: boolean;
  /**
   * True when a request of every method is repeated after a lost response and any 5xx but 501, POST too, which then may
   * have its effect twice; a response cut after its head is not repeated, since only the head is checked. (The default
   * policy of hashicorp/go-retryablehttp v0.7.7.) Default: false.
   */
  readonly repeatsAnyMethod?: boolean;
  /** More statuses after which a request of any method is repeated. Default: none. */
  readonly repeatedStatuses?: readonly number[];
  /** Response header whose value "true" or "false" decides before the status does. Default: none. */
  readonly decidingHeader?: string;
  /** The longest Retry-After that is waited for; a longer one ends the repetitions. Default: no limit. */
  readonly retryAfterMaxMs?: number;
}

/** Sends once. */
export const noRetries: RetryPolicy = { retryMax: 0, retryWaitMinMs: 0, retryWaitMaxMs: 0 };

/** The policy of planton's own plugins: 4 repetitions, 0.5 s to 15 s apart; in the sandbox 20 ms to 200 ms. */
export function pluginRetries(env: Readonly<Record<string, string | undefined>>): RetryPolicy {
  if (env["PLANTON_SANDBOX"] === "1") return { retryMax: 4, retryWaitMinMs: 20, retryWaitMaxMs: 200 };
  return { retryMax: 4, retryWaitMinMs: 500, retryWaitMaxMs: 15_000 };
}

/** A response whose body did not come whole. */
export class IncompleteResponse extends Error {
  override readonly name = "IncompleteResponse";

  constructor(
    readonly status: number,
    cause: unknown,
  ) {
    super(reasonOf(cause), { cause });
  }
}

/** Milliseconds that a Retry-After header asks for (seconds or a date); undefined when there is none. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Why there was no response, for people. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The platform's fetch and an aborted request keep the reason as cause.
  const source = error.cause instanceof Error ? error.cause : error;
  if (source.name === "TimeoutError") return "no response in time";
  return source.message === "" && "code" in source ? String(source.code) : source.message;
}

/** Milliseconds that a response asks to wait: Retry-After, or X-Ratelimit-Reset (seconds) of a 429. */
function requestedWaitMs({ status, headers }: ReceivedResponse, nowMs: number): number | undefined {
  return (
    retryAfterMs(headers.get("retry-after"), nowMs) ??
    (status === 429 ? retryAfterMs(headers.get("x-ratelimit-reset"), nowMs) : undefined)
  );
}

/** What is known of a response after which a request may be repeated; nothing when there was none. */
type RetriedResponse = Partial<Pick<ReceivedResponse, "status" | "headers">>;

function isRepeatable({ method, repeatable }: HttpRequest, received: RetriedResponse, policy: RetryPolicy): boolean {
  const { repeatsPatch = false, repeatsAnyMethod = false, repeatedStatuses = [], decidingHeader } = policy;
  const { status, headers } = received;
  const decision = decidingHeader && headers?.get(decidingHeader);
  if (decision === "true" || decision === "false") return decision === "true";
  if (status === 429 || (status !== undefined && repeatedStatuses.includes(status))) return true;
  if (repeatsAnyMethod) return status === undefined || (status >= 500 && status !== 501);
  // 429 says that nothing was done; any other failed POST may have had its effect.
  if (repeatable) return status === undefined || status >= 500;
  if (method === "POST" || (method === "PATCH" && !repeatsPatch)) return false;
  return status === undefined || status >= 500;
}

/**
 * Sends a request, again where the policy allows a repetition. `sendOnce`: a PlantonError ends it, any other error means
 * that there was no response. Throws E_VENDOR_UNREACHABLE when there is no response and E_INTERRUPTED when the request's
 * signal fires.
 */
export async function sendWithRetries(given: {
  readonly request: HttpRequest;
  readonly url: string;
  readonly sendOnce: () => Promise<ReceivedResponse>;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly mask: (message: string) => string;
}): Promise<HttpResponse> {
  const { request, url, policy, clock } = given;
  const { method, deadlineMs = Number.POSITIVE_INFINITY } = request;
  const { retryAfterMaxMs = Number.POSITIVE_INFINITY } = policy;
  const signals = request.signal === undefined ? [] : [request.signal];
  let repetitions = 0;
  for (let attempt = 1; ; attempt += 1) {
    const ceilingMs = Math.min(policy.retryWaitMaxMs, policy.retryWaitMinMs * 2 ** (attempt - 1));
    let waitMs = policy.retryWaitMinMs + clock.random() * (ceilingMs - policy.retryWaitMinMs);
    const mayRepeat = (received: RetriedResponse): boolean => {
      const { status } = received;
      if (!isRepeatable(request, received, policy) || clock.nowMs() + waitMs > deadlineMs) return false;
      return (status === 429 && request.deadlineMs !== undefined) || repetitions < policy.retryMax;
    };
    let reason: string;
    try {
      const received = await given.sendOnce();
      const requestedMs = requestedWaitMs(received, clock.nowMs());
      waitMs = requestedMs ?? waitMs;
      const isTooLong = requestedMs !== undefined && requestedMs > retryAfterMaxMs;
      if (isSuccess(received) || isTooLong || !mayRepeat(received)) {
        return { method, url, attempts: attempt, ...received };
      }
      if (received.status !== 429 || request.deadlineMs === undefined) repetitions += 1;
      reason = `the response has status ${received.status}`;
    } catch (error) {
      if (request.signal?.aborted) {
        throw new PlantonError({ code: "E_INTERRUPTED", message: given.mask(`${method} ${url} was interrupted`) });
      }
      if (isPlantonError(error)) throw error;
      const isCut = error instanceof IncompleteResponse;
      if (!mayRepeat(isCut && policy.repeatsAnyMethod ? { status: error.status } : {})) {
        const message = given.mask(`${method} ${url}: ${isCut ? error.message : reasonOf(error)}`);
        throw new PlantonError({ code: "E_VENDOR_UNREACHABLE", message, cause: error });
      }
      repetitions += 1;
      reason = isCut ? error.message : reasonOf(error);
    }
    request.onWait?.(given.mask(`${method} ${url}: ${reason}`), clock.nowMs() + waitMs);
    await clock.sleep(waitMs, ...signals);
  }
}
