import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { Clock } from "./clock.js";
import type { HttpAnswer, HttpRequest } from "./http-client.js";

/** When and how often a call is sent again. */
export interface RetryPolicy {
  /** Repetitions after the first try. */
  readonly retryMax: number;
  readonly retryWaitMinMs: number;
  readonly retryWaitMaxMs: number;
  /** True when the API's PATCH has the same effect however often it is sent. Default: false. */
  readonly repeatsPatch?: boolean;
  /**
   * True when a call of every method is repeated after a lost answer and any 5xx but 501, POST too, which then may have
   * its effect twice; an answer cut after its head is not repeated, since only the head is looked at. (The default
   * policy of hashicorp/go-retryablehttp v0.7.7.) Default: false.
   */
  readonly repeatsAnyMethod?: boolean;
}

/** What one try brought. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** An answer whose body did not come whole. */
export class CutAnswer extends Error {
  override readonly name = "CutAnswer";

  constructor(
    readonly status: number,
    cause: unknown,
  ) {
    super(reasonOf(cause), { cause });
  }
}

/** A call that may be sent again. */
export interface RetriedCall {
  readonly request: HttpRequest;
  readonly url: string;
  /** Sends it once; a PlantonError ends the call, any other error means that there was no answer. */
  readonly exchange: () => Promise<HttpReply>;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  /** Takes secrets out of a text. */
  readonly mask: (text: string) => string;
}

/** Milliseconds that a Retry-After header asks for (seconds or a date); undefined when there is none. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** The JSON of a body; undefined when it is empty, its text when it is no JSON. */
export async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's HTML page and the like: the caller decides by status, the text is all there is.
    return text;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error) return cause.message === "" && "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}

/** Milliseconds that an answer asks to wait: Retry-After, or X-Ratelimit-Reset (seconds) of a 429. */
function askedWaitMs({ status, headers }: HttpReply, nowMs: number): number | undefined {
  return (
    retryAfterMs(headers.get("retry-after"), nowMs) ??
    (status === 429 ? retryAfterMs(headers.get("x-ratelimit-reset"), nowMs) : undefined)
  );
}

function isRepeatable(method: string, status: number | undefined, policy: RetryPolicy): boolean {
  const { repeatsPatch = false, repeatsAnyMethod = false } = policy;
  if (status === 429) return true;
  if (repeatsAnyMethod) return status === undefined || (status >= 500 && status !== 501);
  // 429 says that nothing was done; any other failed POST may have had its effect.
  if (method === "POST" || (method === "PATCH" && !repeatsPatch)) return false;
  return status === undefined || status >= 500;
}

/**
 * Sends a call, again where the policy allows a repetition. Throws E_VENDOR_UNREACHABLE when there is no answer and
 * E_INTERRUPTED when the request's signal fires.
 */
export async function sendWithRetries(call: RetriedCall): Promise<HttpAnswer> {
  const { request, url, policy, clock } = call;
  const { method, deadlineMs = Number.POSITIVE_INFINITY } = request;
  const signals = request.signal === undefined ? [] : [request.signal];
  let repetitions = 0;
  for (let attempt = 1; ; attempt += 1) {
    const ceilingMs = Math.min(policy.retryWaitMaxMs, policy.retryWaitMinMs * 2 ** (attempt - 1));
    let waitMs = policy.retryWaitMinMs + clock.random() * (ceilingMs - policy.retryWaitMinMs);
    const mayRepeat = (status: number | undefined): boolean => {
      if (!isRepeatable(method, status, policy) || clock.nowMs() + waitMs > deadlineMs) return false;
      return (status === 429 && request.deadlineMs !== undefined) || repetitions < policy.retryMax;
    };
    try {
      const reply = await call.exchange();
      const isSuccess = reply.status >= 200 && reply.status < 300;
      waitMs = askedWaitMs(reply, clock.nowMs()) ?? waitMs;
      if (isSuccess || !mayRepeat(reply.status)) return { method, url, attempts: attempt, ...reply };
      if (reply.status !== 429 || request.deadlineMs === undefined) repetitions += 1;
    } catch (error) {
      if (request.signal?.aborted) {
        throw new PlantonError({ code: "E_INTERRUPTED", message: call.mask(`${method} ${url} was interrupted`) });
      }
      if (isPlantonError(error)) throw error;
      const isCut = error instanceof CutAnswer;
      if (!mayRepeat(isCut && policy.repeatsAnyMethod ? error.status : undefined)) {
        const message = call.mask(`${method} ${url}: ${isCut ? error.message : reasonOf(error)}`);
        throw new PlantonError({ code: "E_VENDOR_UNREACHABLE", message, cause: error });
      }
      repetitions += 1;
    }
    await clock.sleep(waitMs, ...signals);
  }
}
