import type { JsonObject } from "./json-fields.js";
import type { SlowAction } from "./pace.js";
import { openStore } from "./vendor-store.js";

/** Methods that vendors' APIs use. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An answer of a vendor; without a body nothing is sent but status and headers. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it came in, before the vendor looks at it. */
export interface RawRequest {
  readonly method: Method;
  /** Path without query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty when the request has none. */
  readonly body: JsonObject;
  /** Value of the Authorization header, "" when there is none. */
  readonly authorization: string;
  /** Scheme, host and port under which the caller reached the sandbox. */
  readonly baseUrl: string;
  readonly requestId: string;
  /** True when a fault keeps what this request makes or changes from getting ready. */
  readonly stuck: boolean;
}

/** What a handler gets. It may change `state` in place; that is undone when it throws. */
export interface VendorRequest<State, Caller> extends RawRequest {
  readonly state: State;
  readonly caller: Caller;
  readonly nowMs: number;
  /** A new random UUID. */
  readonly uuid: () => string;
  /** A new random text of letters, digits, `-` and `_`. */
  readonly randomText: (length: number) => string;
  /** When an action begun now is done, milliseconds since 1970; null: never. */
  readonly doneAtMs: (action: SlowAction) => number | null;
}

/** One route; paths in the notation of find-my-way: `/v2/things/:id`. */
export interface Route<State, Caller> {
  readonly method: Method;
  readonly path: string;
  /** Gives the answer, or throws a Refusal. Not asynchronous, so that each request is one step. */
  readonly handle: (request: VendorRequest<State, Caller>) => Answer;
}

/** A vendor's API as its folder describes it. */
export interface VendorDefinition<State, Caller> {
  /** "digitalocean"; also the name of its file. */
  readonly name: string;
  /** Starts of the paths that belong to it, so that it answers for unknown ones there. */
  readonly pathPrefixes: readonly string[];
  readonly routes: readonly Route<State, Caller>[];
  readonly initialState: (nowMs: number) => State;
  readonly acceptsState: (value: unknown) => value is State;
  /** Who calls, from the Authorization header; throws the vendor's Refusal. */
  readonly authenticate: (request: RawRequest) => Caller;
  /** Body of an error in the vendor's form; without a message the vendor's text for that status. */
  readonly errorBody: (status: number, message: string | undefined, requestId: string) => unknown;
  /** Headers of every answer. */
  readonly headers: (requestId: string, nowMs: number) => Readonly<Record<string, string>>;
  /** Numbers of objects that callers made, by type. */
  readonly countObjects: (state: State, nowMs: number) => Readonly<Record<string, number>>;
  /** Environment variables that point the vendor's clients at the sandbox. */
  readonly environment: (baseUrl: string) => Readonly<Record<string, string>>;
}

/** What the kit lends to a vendor. */
export interface VendorSurroundings {
  /** File for its objects. */
  readonly path: string;
  readonly nowMs: () => number;
  readonly uuid: () => string;
  readonly randomText: (length: number) => string;
  readonly durationMs: (action: SlowAction) => number;
}

/** A vendor at work. */
export interface OpenVendor {
  /** Handles the route of that place in `routes`; what it changed is on disk when this returns. Throws Refusals. */
  readonly handle: (route: number, request: RawRequest) => Answer;
  readonly countObjects: () => Readonly<Record<string, number>>;
  readonly reset: () => void;
}

/** A vendor as the kit sees it: its types of state and caller are its own affair. */
export interface SandboxVendor {
  readonly name: string;
  readonly pathPrefixes: readonly string[];
  readonly routes: readonly { readonly method: Method; readonly path: string }[];
  readonly errorBody: (status: number, message: string | undefined, requestId: string) => unknown;
  readonly headers: (requestId: string, nowMs: number) => Readonly<Record<string, string>>;
  readonly environment: (baseUrl: string) => Readonly<Record<string, string>>;
  /** Opens its file. Throws E_SANDBOX when that cannot be read. */
  readonly open: (surroundings: VendorSurroundings) => OpenVendor;
}

/** Makes a vendor for the kit from its description. */
export function defineVendor<State, Caller>(definition: VendorDefinition<State, Caller>): SandboxVendor {
  return {
    name: definition.name,
    pathPrefixes: definition.pathPrefixes,
    routes: definition.routes,
    errorBody: definition.errorBody,
    headers: definition.headers,
    environment: definition.environment,
    open: (surroundings) => openVendor(definition, surroundings),
  };
}

function openVendor<State, Caller>(
  definition: VendorDefinition<State, Caller>,
  surroundings: VendorSurroundings,
): OpenVendor {
  const store = openStore({
    path: surroundings.path,
    initial: () => definition.initialState(surroundings.nowMs()),
    accepts: definition.acceptsState,
  });
  return {
    handle(route, request) {
      const caller = definition.authenticate(request);
      const nowMs = surroundings.nowMs();
      const entry = definition.routes[route];
      if (entry === undefined) throw new RangeError(`no route ${route}`);
      try {
        const answer = entry.handle({
          ...request,
          caller,
          nowMs,
          state: store.state(),
          uuid: surroundings.uuid,
          randomText: surroundings.randomText,
          doneAtMs: (action) => (request.stuck ? null : nowMs + surroundings.durationMs(action)),
        });
        if (request.method !== "GET") store.save();
        return answer;
      } catch (error) {
        store.rollback();
        throw error;
      }
    },
    countObjects: () => definition.countObjects(store.state(), surroundings.nowMs()),
    reset: store.reset,
  };
}
