import { PlantonError } from "../../contract/planton-error.js";
import type { Clock } from "./clock.js";

/** How a client reaches its API. */
export interface HttpClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** The bearer token; throws when there is none. */
  readonly token: () => string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Repetitions after the first try. */
  readonly retryMax: number;
  readonly retryWaitMinMs: number;
  readonly retryWaitMaxMs: number;
  /** Limit of one try. */
  readonly requestTimeoutMs: number;
  /** Least time between the starts of two tries; 0: none. */
  readonly spacingMs: number;
  readonly userAgent: string;
}

/** One call. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With the leading slash and the query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Ends the call with E_INTERRUPTED. */
  readonly signal?: AbortSignal;
}

/** An answer of the API, whatever its status. */
export interface HttpAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Tries it took. */
  readonly attempts: number;
  /** The JSON of the body; undefined when the body is empty. Its text when it is not JSON. */
  readonly body: unknown;
}

/** Calls an API: bearer token, time limit, retries where a repetition does no harm. */
export interface HttpClient {
  /** Throws E_VENDOR_UNREACHABLE when there is no answer, E_INTERRUPTED when the signal fires. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The text without the token. */
  mask(text: string): string;
}

/** Milliseconds that a Retry-After header asks for (seconds or a date); undefined when there is none. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function isRepeatable(method: string, status: number | undefined): boolean {
  // 429 says that nothing was done; any other failed POST may have had its effect and is never sent twice.
  if (status === 429) return true;
  if (method === "POST" || method === "PATCH") return false;
  return status === undefined || status >= 500;
}

async function readBody(response: Response): Promise<unknown> {
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

/** Makes a client. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock } = options;
  let nextStartMs = 0;

  const mask = (text: string): string => {
    let token = "";
    try {
      token = options.token();
    } catch {
      // No token, nothing to mask; the call that needs one reports it.
    }
    return token === "" ? text : text.replaceAll(token, "[secret]");
  };

  const takeTurn = async (signals: readonly AbortSignal[]): Promise<void> => {
    if (options.spacingMs === 0) return;
    const startMs = Math.max(nextStartMs, clock.nowMs());
    nextStartMs = startMs + options.spacingMs;
    await clock.sleep(startMs - clock.nowMs(), ...signals);
  };

  const tryOnce = async (request: HttpRequest, url: string): Promise<{ response: Response; body: unknown }> => {
    const limit = AbortSignal.timeout(options.requestTimeoutMs);
    const response = await options.fetch(url, {
      method: request.method,
      headers: {
        authorization: `Bearer ${options.token()}`,
        accept: "application/json",
        "user-agent": options.userAgent,
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: "error",
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    });
    return { response, body: await readBody(response) };
  };

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const url = options.baseUrl + request.path;
    const signals = request.signal === undefined ? [] : [request.signal];
    options.token();
    for (let attempt = 1; ; attempt += 1) {
      await takeTurn(signals);
      const mayRepeat = attempt <= options.retryMax;
      let askedWaitMs: number | undefined;
      try {
        const { response, body } = await tryOnce(request, url);
        if (!mayRepeat || response.ok || !isRepeatable(request.method, response.status)) {
          return { method: request.method, url, status: response.status, attempts: attempt, body };
        }
        askedWaitMs = retryAfterMs(response.headers.get("retry-after"), clock.nowMs());
      } catch (error) {
        if (request.signal?.aborted) {
          throw new PlantonError({ code: "E_INTERRUPTED", message: `${request.method} ${url} was interrupted` });
        }
        if (!mayRepeat || !isRepeatable(request.method, undefined)) {
          const message = mask(`${request.method} ${url}: ${reasonOf(error)}`);
          throw new PlantonError({ code: "E_VENDOR_UNREACHABLE", message });
        }
      }
      const ceilingMs = Math.min(options.retryWaitMaxMs, options.retryWaitMinMs * 2 ** (attempt - 1));
      const jittered = options.retryWaitMinMs + clock.random() * (ceilingMs - options.retryWaitMinMs);
      await clock.sleep(askedWaitMs ?? jittered, ...signals);
    }
  };

  return { send, mask };
}
