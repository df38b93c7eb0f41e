import { listAll } from "../../clients/digitalocean.js";
import type { Clock } from "../../contract/clock.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { ApiClient } from "../../http/api-client.js";
import { type HttpRequest, type HttpResponse, isSuccess } from "../../http/http-message.js";
import type { JsonObject } from "../../http/json.js";
import { IncompleteResponse } from "../../http/retry.js";
import { createKeyedLock, type KeyedLock } from "../kit/keyed-lock.js";
import type { PollPace } from "../kit/poll.js";

/** What the resources call. Errors have the messages of the vendor's plugin. */
export interface DigitalOceanApi {
  /** Any response but 404 that is no success throws E_VENDOR or E_CREDENTIALS_REFUSED; 404 gives undefined. */
  find(request: HttpRequest): Promise<JsonObject | undefined>;
  /** Any response that is no success throws E_VENDOR or E_CREDENTIALS_REFUSED. An empty body gives {}. */
  call(request: HttpRequest): Promise<JsonObject>;
  /** The response whatever its status, for requests that are tried again. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The error that stands for a response. */
  errorOf(response: HttpResponse): PlantonError;
  /** All objects of a paged list: `list("/v2/vpcs", "vpcs")`. */
  list(path: string, key: string, signal: AbortSignal): Promise<readonly JsonObject[]>;
  readonly clock: Clock;
  readonly pace: PollPace;
  /** Serialises work by key within the plugin. */
  readonly lock: KeyedLock;
}

/** The error in the form of godo v1.202.0 (ErrorResponse.Error), which hints and users know. */
function godoError(response: HttpResponse, client: ApiClient): PlantonError {
  const { status, attempts } = response;
  const { code, message } = client.errorOf({ ...response, attempts: 1 });
  const isRepeatable = status === 429 || (status >= 500 && status !== 501);
  const givenUp = isRepeatable && attempts > 1 ? `; giving up after ${attempts} attempt(s)` : "";
  return new PlantonError({ code, message: message + givenUp });
}

/**
 * The error of a request without a whole response, with Go's message: of net/http, `Post "http://host/path": reason`, or of
 * io for a cut body. godo v1.202.0 passes both on and does not count its attempts (New, retryableClient.ErrorHandler).
 */
function transportError(error: PlantonError, { method }: HttpRequest): PlantonError {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const isCut = error.cause instanceof IncompleteResponse;
  const message = isCut ? "unexpected EOF" : error.message.replace(/^\S+ (\S+): /, `${verb} "$1": `);
  return new PlantonError({ code: error.code, message, hint: error.hint, cause: error });
}

/** Makes the API of a client. */
export function createDigitalOceanApi(
  client: ApiClient,
  { clock, pace }: { readonly clock: Clock; readonly pace: PollPace },
): DigitalOceanApi {
  const errorOf = (response: HttpResponse): PlantonError => godoError(response, client);

  const bodyOf = (response: HttpResponse): JsonObject => {
    if (!isSuccess(response)) throw errorOf(response);
    return client.bodyOf(response);
  };

  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      return await client.send(request);
    } catch (error) {
      throw isPlantonError(error) && error.code === "E_VENDOR_UNREACHABLE" ? transportError(error, request) : error;
    }
  };

  const call = async (request: HttpRequest): Promise<JsonObject> => bodyOf(await send(request));

  const find = async (request: HttpRequest): Promise<JsonObject | undefined> => {
    const response = await send(request);
    return response.status === 404 ? undefined : bodyOf(response);
  };

  const list: DigitalOceanApi["list"] = (path, key, signal) => listAll({ call }, { path, key, signal });

  return { find, call, send, errorOf, list, clock, pace, lock: createKeyedLock() };
}
