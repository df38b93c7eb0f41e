import type { Clock } from "../contract/clock.js";
import { PlantonError } from "../contract/planton-error.js";
import type { VendorFetch } from "../contract/vendor.js";
import { type Authentication, redactSecrets } from "./authentication.js";
import type { HttpRequest, HttpResponse, ReceivedResponse } from "./http-message.js";
import { parseJson } from "./json.js";
import type { RateLimit } from "./rate-limit.js";
import { IncompleteResponse, type RetryPolicy, sendWithRetries } from "./retry.js";
import { baseUrlProblem } from "./secure-url.js";

/** How a client reaches its API. */
export interface HttpClientOptions {
  /** https, or http on this machine. */
  readonly baseUrl: string;
  readonly authentication: Authentication;
  readonly fetch: VendorFetch;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  /** Default: none. */
  readonly limit?: RateLimit | undefined;
  /** Limit of one try, milliseconds. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** Sends requests to one API: authentication, time limit, retries as the policy allows. JSON in and out. */
export interface HttpClient {
  /**
   * The response whatever its status. Throws E_VENDOR_UNREACHABLE when there is none, E_INTERRUPTED when the signal fires,
   * E_VENDOR for a redirect, and what the authentication throws.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The message without the secrets of the authentication. */
  mask(message: string): string;
}

function bodyOf({ body }: HttpRequest): string | Buffer | undefined {
  return body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

/** Makes a client. Throws E_VENDOR for a base URL at which credentials would not be safe. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { authentication, clock, limit } = options;
  const problem = baseUrlProblem(options.baseUrl);
  if (problem !== undefined)
    throw new PlantonError({ code: "E_VENDOR", message: problem, hint: "correct the API URL" });
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const mask = (message: string): string => redactSecrets(message, authentication.secrets);

  const sendOnce = async (
    { method, signal, deadlineMs, onWait }: Omit<HttpRequest, "method"> & { readonly method: string },
    url: URL,
    {
      body,
      headers,
    }: { readonly body: string | Buffer | undefined; readonly headers: Readonly<Record<string, string>> },
  ): Promise<ReceivedResponse> => {
    await limit?.take({ signal, deadlineMs, onWait });
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const response = await options.fetch(url.href, {
      method,
      headers: {
        accept: "application/json",
        "user-agent": options.userAgent,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      secrets: authentication.secrets,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    const { status } = response;
    limit?.observe(status, response.headers);
    const text = await response.text().catch((cause: unknown) => {
      throw new IncompleteResponse(status, cause);
    });
    if (status >= 300 && status <= 399) {
      // The credentials are for this API alone.
      const message = mask(
        `${method} ${url.href}: the response has status ${status}, a redirect, which is not followed`,
      );
      throw new PlantonError({ code: "E_VENDOR", message, hint: "correct the API URL" });
    }
    const json = parseJson(text);
    // A proxy's HTML page and the like: the caller decides by status.
    return { status, headers: response.headers, body: json === undefined && text !== "" ? text : json };
  };

  return {
    mask,
    async send(request) {
      if (authentication.problem !== undefined) throw new PlantonError(authentication.problem);
      const url = new URL(baseUrl + request.path);
      const body = bodyOf(request);
      const own = { ...(body === undefined ? {} : { "content-type": "application/json" }), ...request.headers };
      const authenticated = (): Promise<ReceivedResponse> =>
        request.headers?.["authorization"] !== undefined
          ? sendOnce(request, url, { body, headers: own })
          : authentication.send(
              { method: request.method, url, body, headers: own },
              (headers, instead = { method: request.method, url, body }) =>
                sendOnce({ ...request, method: instead.method }, instead.url, {
                  body: instead.body,
                  headers: { ...(instead.body === undefined ? request.headers : own), ...headers },
                }),
            );
      return sendWithRetries({
        request,
        url: url.href,
        sendOnce: authenticated,
        policy: options.retry,
        clock,
        mask,
      });
    },
  };
}
