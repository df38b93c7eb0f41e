import type { HttpResponse, OnWait } from "../../../http/http-message.js";
import type { ResourceCall } from "./resource.js";

/** How long one operation of the engine may take, and what ends it. */
export interface WorkLimits {
  /** Fires when nobody waits for the response any more. */
  readonly signal: AbortSignal;
  /** Fires when the user asked to stop: waits end, calls do not. */
  readonly cancelled: AbortSignal;
  /** Milliseconds since 1970 after which nothing is waited for. */
  readonly deadlineMs: number;
  /** Hears why something is tried again. */
  readonly onWait?: OnWait;
}

/** Seconds that an operation gets by default (vendors' own clients give 120 to 600, 2026-05). */
export const defaultTimeoutSeconds = 600;

/** The limits of a call; `seconds` are the resource's own, unless `customTimeouts` says otherwise. */
export function limitsOf(
  call: Pick<ResourceCall<unknown>, "clock" | "timeoutMs" | "abandoned" | "cancelled">,
  seconds = defaultTimeoutSeconds,
): WorkLimits {
  const deadlineMs = call.clock.nowMs() + (call.timeoutMs ?? seconds * 1000);
  return { signal: call.abandoned, cancelled: call.cancelled, deadlineMs };
}

/** The limits in the form in which a request takes them. */
export function requestOf({
  signal,
  deadlineMs,
  onWait,
}: WorkLimits): Pick<WorkLimits, "signal" | "deadlineMs" | "onWait"> {
  return { signal, deadlineMs, ...(onWait === undefined ? {} : { onWait }) };
}

/** True when a response says that the call was refused, so that it did nothing. */
export function isRefused({ status }: HttpResponse): boolean {
  return status >= 400 && status < 500 && status !== 408;
}

/** True when a response proves that nothing was changed: an attempt before a refused one may have been taken. */
export function changedNothing(response: HttpResponse): boolean {
  return isRefused(response) && response.attempts === 1;
}
