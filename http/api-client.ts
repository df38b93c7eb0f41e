import type { Clock } from "../contract/clock.js";
import { PlantonError } from "../contract/planton-error.js";
import type { VendorFetch } from "../contract/vendor.js";
import { type Authentication, redactSecrets } from "./authentication.js";
import { errorMessage } from "./error-message.js";
import { createHttpClient, type HttpClient } from "./http-client.js";
import { type HttpRequest, type HttpResponse, isSuccess } from "./http-message.js";
import { asObject, type JsonObject } from "./json.js";
import type { RateLimit } from "./rate-limit.js";
import { noRetries, type RetryPolicy } from "./retry.js";
import { isLoopbackUrl } from "./secure-url.js";

/** What is particular to the HTTP API of one vendor. */
export interface VendorApi {
  /** Where it is. */
  readonly baseUrl: string;
  /** Environment variable for another base URL. */
  readonly variable: string;
  /** The vendor's words in the body of an error response; empty when there are none. */
  readonly errorText: (body: unknown) => string;
  /** The vendor's id of a request as messages show it, `trace "t-1"`; undefined when the response has none. */
  readonly requestId?: (response: HttpResponse) => string | undefined;
  /** What to do about an error, by status. */
  readonly hints: Readonly<Record<number, string>>;
  /** True for an error response that says that the credentials are wrong. Default: status 401. */
  readonly isRefusal?: (response: HttpResponse) => boolean;
  /** True for an error response that says that the credentials may not see what was asked for. Default: status 403. */
  readonly isForbidden?: (response: HttpResponse) => boolean;
  /** True for the body of a 2xx response that says that the request failed. Default: never. */
  readonly isFailure?: (body: JsonObject) => boolean;
}

/** What a client of a vendor is opened with. */
export interface ApiClientOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: VendorFetch;
  readonly clock: Clock;
  /** Default: the vendor's variable, else the vendor's own. */
  readonly baseUrl?: string | undefined;
  /** Default: none. */
  readonly retry?: RetryPolicy;
  /** Default: none. */
  readonly limit?: RateLimit | undefined;
  /** Limit of one try, milliseconds; default 30 s. */
  readonly timeoutMs?: number;
  /** Default: planton. */
  readonly userAgent?: string;
}

/** A client that knows the vendor's form of errors. */
export interface ApiClient extends HttpClient {
  /** The error for a response; `secrets` are what the vendor may repeat. E_CREDENTIALS_REFUSED or E_VENDOR. */
  errorOf(response: HttpResponse, secrets?: readonly string[]): PlantonError;
  /** The object of a response, {} for an empty body; throws {@link errorOf} when it is no success. */
  bodyOf(response: HttpResponse, secrets?: readonly string[]): JsonObject;
  /** Sends a request and gives the object of its response; throws like `send` and `bodyOf`. */
  call(request: HttpRequest): Promise<JsonObject>;
  /**
   * Reads an object. "absent": there is none (404). Undefined: the credentials may not see it. Throws like {@link
   * call}.
   */
  find(path: string, headers?: HttpRequest["headers"]): Promise<JsonObject | "absent" | undefined>;
}

/** The base URL of an API without a slash at its end: the given one, else that of the environment, else the vendor's. */
export function baseUrlOf(
  api: Pick<VendorApi, "baseUrl" | "variable">,
  env: ApiClientOptions["env"],
  given?: string,
): string {
  return (given || env[api.variable] || api.baseUrl).replace(/\/+$/, "");
}

/** Refuses what leads out of the sandbox, which no manifest and no file of credentials may do. Throws E_SANDBOX. */
function assertInSandbox(baseUrl: string, { PLANTON_SANDBOX }: ApiClientOptions["env"]): void {
  if (!PLANTON_SANDBOX || isLoopbackUrl(baseUrl)) return;
  throw new PlantonError({
    code: "E_SANDBOX",
    message: `the API at "${baseUrl}" is not on this machine, and the sandbox reaches nothing else`,
    hint: "leave the address out, so that the sandbox's is taken; for a real account open a shell without the sandbox's settings",
  });
}

/**
 * Opens a client of a vendor's API. Throws E_VENDOR for a base URL at which credentials would not be safe, and E_SANDBOX
 * for one outside of the sandbox.
 */
export function createApiClient(api: VendorApi, authentication: Authentication, options: ApiClientOptions): ApiClient {
  const { env, fetch, clock, retry = noRetries, limit, timeoutMs = 30_000, userAgent = "planton" } = options;
  const baseUrl = baseUrlOf(api, env, options.baseUrl);
  assertInSandbox(baseUrl, env);
  const client = createHttpClient({ baseUrl, authentication, fetch, clock, retry, limit, timeoutMs, userAgent });
  const { isRefusal = ({ status }: HttpResponse) => status === 401, isFailure = () => false } = api;
  const { isForbidden = ({ status }: HttpResponse) => status === 403 } = api;

  const errorOf: ApiClient["errorOf"] = (response, secrets = []) => {
    const { status, attempts } = response;
    const details = [api.requestId?.(response), attempts > 1 ? `attempts: ${attempts}` : undefined];
    const text = redactSecrets(api.errorText(response.body), secrets);
    const message = errorMessage(response, { text, details: details.filter((detail) => detail !== undefined) });
    const code = isRefusal(response) ? "E_CREDENTIALS_REFUSED" : "E_VENDOR";
    const hint = api.hints[code === "E_VENDOR" ? status : 401];
    return new PlantonError({ code, message: client.mask(message), ...(hint === undefined ? {} : { hint }) });
  };

  const bodyOf: ApiClient["bodyOf"] = (response, secrets) => {
    if (!isSuccess(response)) throw errorOf(response, secrets);
    const isEmpty = response.body === undefined && response.method !== "GET";
    const body = isEmpty ? {} : asObject(response.body);
    if (body !== undefined && !isFailure(body)) return body;
    if (body !== undefined) throw errorOf(response, secrets);
    const text = "but the body is no JSON object";
    throw new PlantonError({ code: "E_VENDOR", message: client.mask(errorMessage(response, { text })) });
  };

  return {
    ...client,
    errorOf,
    bodyOf,
    call: async (request) => bodyOf(await client.send(request)),
    async find(path, headers = {}) {
      const response = await client.send({ method: "GET", path, headers });
      if (isForbidden(response) && !isRefusal(response)) return undefined;
      return response.status === 404 ? "absent" : bodyOf(response);
    },
  };
}
