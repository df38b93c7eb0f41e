/**
 * Hears why a request is tried again, and when the next try comes (milliseconds since 1970); called before the wait.
 * The reason is for people, without secrets.
 */
export type OnWait = (reason: string, untilMs: number) => void;

/** One request to an HTTP API. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, with the leading slash and the query. */
  readonly path: string;
  /** It has the same effect however often it is sent, whatever its method, so that it is repeated as a GET is. */
  readonly repeatable?: true;
  /** Sent as JSON; a Buffer as it is, with a content type among the headers. */
  readonly body?: unknown;
  /** More headers by lower-case names; a content type replaces JSON's, an authorization the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the request with E_INTERRUPTED. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds since 1970 after which nothing is waited for any more; the first try is made all the same. Until then
   * the vendor's 429 is waited out, however often.
   */
  readonly deadlineMs?: number;
  /** Default: nobody hears of waits. */
  readonly onWait?: OnWait;
}

/** Headers of a response, by name in any case. */
export interface HttpHeaders {
  get(name: string): string | null;
}

/** What one try brought. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** The value of the JSON body; undefined when the body is empty. A string when it is not JSON. */
  readonly body: unknown;
}

/** The response to a request, whatever its status. */
export interface HttpResponse extends ReceivedResponse {
  readonly method: string;
  readonly url: string;
  /** Tries it took. */
  readonly attempts: number;
}

/** True for a status of success, 200 to 299. */
export function isSuccess({ status }: Pick<HttpResponse, "status">): boolean {
  return status >= 200 && status <= 299;
}
