import type { Clock } from "../../../contract/clock.js";
import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { ApiClient } from "../../../http/api-client.js";
import { type HttpRequest, type HttpResponse, isSuccess } from "../../../http/http-message.js";
import type { JsonObject } from "../../../http/json.js";
import { IncompleteResponse } from "../../../http/retry.js";
import { createKeyedLock, type KeyedLock } from "../base/keyed-lock.js";
import type { PollPace } from "../base/poll.js";

/** What bridged resources call. Errors have the messages of the vendor's plugin. */
export interface BridgedApi {
  /** Any response but 404 that is no success throws E_VENDOR or E_CREDENTIALS_REFUSED; 404 gives undefined. */
  find(request: HttpRequest): Promise<JsonObject | undefined>;
  /** Any response that is no success throws E_VENDOR or E_CREDENTIALS_REFUSED. An empty body gives {}. */
  call(request: HttpRequest): Promise<JsonObject>;
  /** The response whatever its status, for requests that are tried again. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The object of a response; {} for an empty body. Throws E_VENDOR or E_CREDENTIALS_REFUSED when it is no success. */
  bodyOf(response: HttpResponse): JsonObject;
  readonly clock: Clock;
  readonly pace: PollPace;
  /** Serialises work by key within the plugin. */
  readonly lock: KeyedLock;
  /** Names of defects of the official plugin that come and go, and are to show. */
  readonly defects: ReadonlySet<string>;
}

/** What {@link createBridgedApi} needs beside the client. */
export interface BridgedApiInit extends Pick<BridgedApi, "clock" | "pace"> {
  /** Default: none. */
  readonly defects?: BridgedApi["defects"];
  /** The error for a response, in the words of the vendor's Go client. */
  readonly errorOf: (response: HttpResponse) => PlantonError;
}

/**
 * The error of a request without a whole response, with Go's message: of net/http, `Post "http://host/path": reason`, or of
 * io for a cut body. It does not count its attempts.
 */
function transportError(error: PlantonError, { method }: HttpRequest): PlantonError {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const isCut = error.cause instanceof IncompleteResponse;
  const message = isCut ? "unexpected EOF" : error.message.replace(/^\S+ (\S+): /, `${verb} "$1": `);
  return new PlantonError({ code: error.code, message, hint: error.hint, cause: error });
}

/** Makes the API of a client. */
export function createBridgedApi(
  client: ApiClient,
  { clock, pace, errorOf, defects = new Set() }: BridgedApiInit,
): BridgedApi {
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

  return {
    async find(request) {
      const response = await send(request);
      return response.status === 404 ? undefined : bodyOf(response);
    },
    call: async (request) => bodyOf(await send(request)),
    send,
    bodyOf,
    clock,
    pace,
    lock: createKeyedLock(),
    defects,
  };
}
