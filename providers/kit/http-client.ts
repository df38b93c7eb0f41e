import type { Clock } from "./clock.js";
import { CutAnswer, type HttpReply, type RetryPolicy, readBody, sendWithRetries } from "./http-retries.js";

/** How a client reaches its API. */
export interface HttpClientOptions extends RetryPolicy {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** The bearer token; throws when there is none. */
  readonly token: () => string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
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
  /**
   * Milliseconds since 1970 after which nothing is waited for any more; the first try is made all the same. Until then
   * the vendor's 429 is waited out, however often.
   */
  readonly deadlineMs?: number;
}

/** An answer of the API, whatever its status. */
export interface HttpAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** Tries it took. */
  readonly attempts: number;
  /** The JSON of the body; undefined when the body is empty. Its text when it is not JSON. */
  readonly body: unknown;
}

/** Calls an API: bearer token, time limit, retries as the policy allows. */
export interface HttpClient {
  /** Throws E_VENDOR_UNREACHABLE when there is no answer, E_INTERRUPTED when the signal fires. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The text without the token. */
  mask(text: string): string;
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

  const tryOnce = async (request: HttpRequest, url: string): Promise<HttpReply> => {
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
    const { status, headers } = response;
    const body = await readBody(response).catch((cause: unknown) => {
      throw new CutAnswer(status, cause);
    });
    return { status, headers, body };
  };

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const url = options.baseUrl + request.path;
    options.token();
    const exchange = async (): Promise<HttpReply> => {
      await takeTurn(request.signal === undefined ? [] : [request.signal]);
      return tryOnce(request, url);
    };
    return sendWithRetries({ request, url, exchange, policy: options, clock, mask });
  };

  return { send, mask };
}
