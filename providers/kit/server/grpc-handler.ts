import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { secretStrings } from "../schema/property-value.js";
import { type GrpcError, grpcErrorOf } from "./grpc-error.js";
import { readProperties } from "./protocol.js";
import type { RunningCalls } from "./running-calls.js";

/** What a handler knows of the call beside its request. */
export interface CallContext {
  /** Connection of the engine; each provider instance has its own. */
  readonly peer: string;
  /** Fires when the engine hangs up or the server stops. */
  readonly abandoned: AbortSignal;
}

/** A response, or the status in its place. */
export type HandlerResult<Response> = { readonly response: Response } | { readonly status: GrpcError };

/** Handles one call; what it throws becomes a status. */
export type Handler<Request, Response> = (
  request: Request,
  context: CallContext,
) => HandlerResult<Response> | Promise<HandlerResult<Response>>;

/** Fields of the requests that hold properties. */
const propertyFields = ["Properties", "Inputs", "OldInputs", "News", "Olds", "Args"] as const;

/** What a request holds of secrets; nothing where its properties cannot be read, which is then what its error says. */
export function requestSecrets(request: unknown): readonly string[] {
  const getters = request as Partial<
    Record<`get${(typeof propertyFields)[number]}`, () => Parameters<typeof readProperties>[0]>
  >;
  try {
    return propertyFields.flatMap((field) => secretStrings(readProperties(getters[`get${field}`]?.())));
  } catch {
    // See above.
    return [];
  }
}

/** A handler in the form of grpc-js. */
export function unary<Request, Response>(handler: Handler<Request, Response>, calls: RunningCalls) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    const hungUp = new AbortController();
    call.on("cancelled", () => hungUp.abort());
    const context = { peer: call.getPeer(), abandoned: AbortSignal.any([hungUp.signal, calls.stopped]) };
    const handled = Promise.resolve()
      .then(() => handler(call.request, context))
      .then(
        (result) => ("response" in result ? callback(null, result.response) : callback(result.status)),
        (error: unknown) => callback(grpcErrorOf(error, requestSecrets(call.request))),
      );
    calls.track(handled);
  };
}
