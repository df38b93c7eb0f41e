import type { JsonObject } from "../../contract/json-object.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { Clock } from "../kit/clock.js";
import type { HttpAnswer, HttpClient, HttpRequest } from "../kit/http-client.js";
import { CutAnswer } from "../kit/http-retries.js";
import { asObject, asObjects, asText } from "../kit/json-answer.js";
import { createKeyedLock, type KeyedLock } from "../kit/keyed-lock.js";
import type { PollPace } from "../kit/poll.js";

/** What the resources call. */
export interface DigitalOceanApi {
  /** Any answer but 404 that is no success throws E_VENDOR or E_CREDENTIALS_REFUSED; 404 gives undefined. */
  find(request: HttpRequest): Promise<JsonObject | undefined>;
  /** Any answer that is no success throws E_VENDOR or E_CREDENTIALS_REFUSED. An empty body gives {}. */
  call(request: HttpRequest): Promise<JsonObject>;
  /** The answer whatever its status, for calls that are tried again. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The error that stands for an answer. */
  errorOf(answer: HttpAnswer): PlantonError;
  /** All objects of a paged list: `list("/v2/vpcs", "vpcs")`. */
  list(path: string, key: string, signal: AbortSignal): Promise<readonly JsonObject[]>;
  readonly clock: Clock;
  readonly pace: PollPace;
  /** Serialises work by key within the plugin. */
  readonly lock: KeyedLock;
}

const pageSize = 200;

/** The message of an answer in the form of godo v1.202.0 (ErrorResponse.Error), which hints and users know. */
function messageOf(answer: HttpAnswer): string {
  const body = asObject(answer.body);
  const requestId = asText(body?.["request_id"]);
  const request = requestId === undefined ? "" : ` (request "${requestId}")`;
  const text =
    `${answer.method} ${answer.url}: ${answer.status}${request} ${asText(body?.["message"]) ?? ""}`.trimEnd();
  const isRepeatable = answer.status === 429 || (answer.status >= 500 && answer.status !== 501);
  return isRepeatable && answer.attempts > 1 ? `${text}; giving up after ${answer.attempts} attempt(s)` : text;
}

/**
 * The error of a call without a whole answer, with Go's message: of net/http, `Post "http://host/path": reason`, or of
 * io for a cut body. godo v1.202.0 passes both on and does not tell its attempts (New, retryableClient.ErrorHandler).
 */
function unanswered(error: PlantonError, { method }: HttpRequest): PlantonError {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const message =
    error.cause instanceof CutAnswer ? "unexpected EOF" : error.message.replace(/^\S+ (\S+): /, `${verb} "$1": `);
  return new PlantonError({ code: error.code, message, hint: error.hint, cause: error });
}

/** Makes the API of a client. */
export function createDigitalOceanApi(
  client: HttpClient,
  { clock, pace }: { readonly clock: Clock; readonly pace: PollPace },
): DigitalOceanApi {
  const errorOf = (answer: HttpAnswer): PlantonError => {
    const message = client.mask(messageOf(answer));
    return new PlantonError({ code: answer.status === 401 ? "E_CREDENTIALS_REFUSED" : "E_VENDOR", message });
  };

  const bodyOf = (answer: HttpAnswer): JsonObject => {
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
    const body = answer.body === undefined ? {} : asObject(answer.body);
    if (body !== undefined) return body;
    const message = `${answer.method} ${answer.url}: ${answer.status}, but the answer is no JSON object`;
    throw new PlantonError({ code: "E_VENDOR", message });
  };

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    try {
      return await client.send(request);
    } catch (error) {
      throw isPlantonError(error) && error.code === "E_VENDOR_UNREACHABLE" ? unanswered(error, request) : error;
    }
  };

  const call = async (request: HttpRequest): Promise<JsonObject> => bodyOf(await send(request));

  const find = async (request: HttpRequest): Promise<JsonObject | undefined> => {
    const answer = await send(request);
    return answer.status === 404 ? undefined : bodyOf(answer);
  };

  const list = async (path: string, key: string, signal: AbortSignal): Promise<readonly JsonObject[]> => {
    const found: JsonObject[] = [];
    for (let page = 1; ; page += 1) {
      const body = await call({ method: "GET", path: `${path}?page=${page}&per_page=${pageSize}`, signal });
      found.push(...asObjects(body[key]));
      const next = asText(asObject(asObject(body["links"])?.["pages"])?.["next"]);
      if (next === undefined || next === "") return found;
    }
  };

  return { find, call, send, errorOf, list, clock, pace, lock: createKeyedLock() };
}
