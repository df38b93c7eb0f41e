import type { JsonObject } from "../base/json-fields.js";
import type { ActionRanges, SlowAction } from "../base/pace.js";
import type { ResponseHeaders } from "../base/refusal.js";
import type { SettingTable, SettingValues } from "./setting-table.js";

/** Methods that vendors' APIs use. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A response of a vendor; without a body nothing is sent but status and headers. */
export interface VendorResponse {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is instead of a JSON body; its type is in `headers`. */
  readonly text?: string | Buffer;
  readonly headers?: ResponseHeaders;
}

/** A request as it came in, before the vendor handles it. */
export interface RawRequest {
  readonly method: Method;
  /** Path without query. */
  readonly path: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly bytes: Buffer;
  /** All headers by name in lower case; several of one name are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Value of the Authorization header, "" when there is none. */
  readonly authorization: string;
  /** Scheme, host and port under which the caller reached the sandbox. */
  readonly baseUrl: string;
  readonly requestId: string;
}

/** What a vendor works with. It may change `state` in place; that is undone when it throws. */
export interface Workshop<State, Settings> {
  readonly state: State;
  readonly settings: Settings;
  readonly nowMs: number;
  /** A new random UUID. */
  readonly uuid: () => string;
  /** A new random string of letters, digits, `-` and `_`. */
  readonly randomText: (length: number) => string;
  /** When an action begun now is done, milliseconds since 1970; null: never. */
  readonly doneAtMs: (action: SlowAction) => number | null;
}

/** What a route's handler gets. */
export interface VendorRequest<State, Caller, Settings = unknown> extends RawRequest, Workshop<State, Settings> {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  /** Empty when the request has none, and for a route that reads its bytes itself. */
  readonly body: JsonObject;
}

/** One route; paths in the notation of find-my-way: `/v2/things/:id`. */
export interface Route<State, Caller, Settings = unknown> {
  readonly method: Method;
  readonly path: string;
  /** True: the handler reads the request's bytes, a form or a list; no JSON object is expected. */
  readonly readsBytes?: true;
  /** Gives the response, or throws a Refusal. Not asynchronous, so that each request is one step. */
  readonly handle: (request: VendorRequest<State, Caller, Settings>) => VendorResponse;
}

/** Something that happens to a vendor's objects other than through its API, called by name. */
export interface VendorAction<State, Settings> {
  readonly name: string;
  readonly meaning: string;
  /** What it takes: names of strings and what they mean. */
  readonly fields: Readonly<Record<string, string>>;
  /** Gives what to show, or throws a Refusal. */
  readonly handle: (workshop: Workshop<State, Settings>, fields: JsonObject) => JsonObject;
}

/** Body of an error in a vendor's form; without a message the vendor's text for that status. */
export type ErrorBody = (status: number, message: string | undefined, requestId: string) => unknown;

interface VendorFacts<State> {
  /** "digitalocean"; also the name of its file. */
  readonly name: string;
  /** Starts of the paths that belong to it, so that it handles unknown ones there. */
  readonly pathPrefixes: readonly string[];
  readonly initialState: (nowMs: number) => State;
  readonly acceptsState: (value: unknown) => value is State;
  readonly errorBody: ErrorBody;
  /** Headers of every response. */
  readonly headers: (requestId: string, nowMs: number) => ResponseHeaders;
  /** Numbers of objects that callers made, by type. */
  readonly countObjects: (state: State, nowMs: number) => Readonly<Record<string, number>>;
  /** Environment variables that point the vendor's clients at the sandbox. */
  readonly environment: (baseUrl: string) => Readonly<Record<string, string>>;
  /** The largest body of a request. Default: 1 MiB. */
  readonly bodyLimitBytes?: number | undefined;
  /** A request's body as the log keeps it, where secrets are under keys that do not look like it. Default: as it is. */
  readonly loggedBody?: (body: JsonObject) => JsonObject;
}

/** What an adjustable vendor's authentication works with. */
export interface Gate<Settings, Memory> {
  readonly settings: Settings;
  /** What it remembers between requests while the process lives, such as nonces. */
  readonly memory: Memory;
  readonly nowMs: number;
  /** A new random string of letters, digits, `-` and `_`. */
  readonly randomText: (length: number) => string;
}

/** A vendor's API with settings, a memory for its authentication, and actions. */
export interface AdjustableVendor<State, Caller, Table extends SettingTable, Memory> extends VendorFacts<State> {
  readonly settings: Table;
  readonly openMemory: () => Memory;
  readonly routes: readonly Route<State, Caller, SettingValues<Table>>[];
  /** Default: none. */
  readonly actions?: readonly VendorAction<State, SettingValues<Table>>[];
  /** Who calls; throws the vendor's Refusal. */
  readonly authenticate: (request: RawRequest, gate: Gate<SettingValues<Table>, Memory>) => Caller;
  /** Headers of every response to that caller, errors too. Default: none. */
  readonly callerHeaders?: (caller: Caller) => ResponseHeaders;
  /** The caller's name in the log and in counts; no secret. Default: "". */
  readonly callerName?: (caller: Caller) => string;
  /** The form of errors below a path when it is not that of `errorBody`. */
  readonly errorBodyAt?: (path: string) => ErrorBody | undefined;
  /** Times at the pace "real". */
  readonly realRanges: ActionRanges;
}

/** What the kit lends to a vendor. */
export interface VendorContext {
  /** File for its objects. */
  readonly path: string;
  readonly nowMs: () => number;
  readonly uuid: () => string;
  readonly randomText: (length: number) => string;
  readonly durationMs: (action: SlowAction, real: ActionRanges) => number;
  /** What was set of its settings. */
  readonly settings: () => JsonObject;
}

/** What a route needs beside the request that was let in. */
export interface Visit {
  /** Place of the route in `routes`. */
  readonly route: number;
  readonly params: Readonly<Record<string, string>>;
  /** True when a fault keeps what this request makes or changes from getting ready. */
  readonly neverReady: boolean;
}

/** A request whose caller is known. */
export interface Admission {
  readonly headers: ResponseHeaders;
  /** Name of the caller, "" when the vendor gives none. */
  readonly caller: string;
  /** Handles a route; what it changed is on disk when this returns. Throws Refusals. */
  readonly handle: (visit: Visit) => VendorResponse;
}

/** A vendor at work. */
export interface OpenVendor {
  /** Lets a request in, or throws a Refusal. */
  readonly admit: (request: RawRequest) => Admission;
  /** Carries out the action of that name; what it changed is on disk when this returns. Throws Refusals. */
  readonly act: (name: string, fields: JsonObject) => JsonObject;
  readonly countObjects: () => Readonly<Record<string, number>>;
  readonly reset: () => void;
}

/** A vendor as the kit sees it: its types of state, caller and memory are its own affair. */
export interface SandboxVendor {
  readonly name: string;
  readonly pathPrefixes: readonly string[];
  readonly routes: readonly { readonly method: Method; readonly path: string }[];
  readonly settings: SettingTable;
  readonly actions: readonly Pick<VendorAction<never, never>, "name" | "meaning" | "fields">[];
  /** Body of an error below a path. */
  readonly errorBodyAt: (path: string) => ErrorBody;
  readonly headers: (requestId: string, nowMs: number) => ResponseHeaders;
  readonly environment: (baseUrl: string) => Readonly<Record<string, string>>;
  /** The largest body of a request; undefined: 1 MiB. */
  readonly bodyLimitBytes: number | undefined;
  /** A request's body as the log keeps it, before what looks like a secret is masked. */
  readonly loggedBody: (body: JsonObject) => JsonObject;
  /** Opens its file. Throws E_SANDBOX when that cannot be read. */
  readonly open: (context: VendorContext) => OpenVendor;
}
