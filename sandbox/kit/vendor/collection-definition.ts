import type { JsonObject } from "../base/json-fields.js";
import type { Refusal } from "../base/refusal.js";
import type { ItemStates } from "./item-state.js";
import type { ListPage, Paging } from "./paging.js";
import type { Method, VendorResponse } from "./sandbox-vendor.js";

/** What callers do with a collection. */
export type Operation = "list" | "create" | "get" | "change" | "delete";

/** Makes the refusal of a request; `name` is the id, the unique key or the reference that it is about. */
export type Refuse<Request> = (name: string, request: Request) => Refusal;

/** The form of responses, mostly the same for all collections of a vendor. */
export interface ResponseForm<Request> {
  readonly paging: Paging;
  /** A response with status 204 has no body. */
  readonly statuses: Readonly<Record<"create" | "change" | "delete", number>>;
  /** Body with one item; `key` is that of the collection. */
  readonly item: (key: string, view: unknown, request: Request) => unknown;
  /** Body, and headers if any, with a page of items. */
  readonly list: (key: string, page: ListPage<unknown>, request: Request) => Pick<VendorResponse, "body" | "headers">;
}

/** What a view of an item depends on beside the request. */
export interface ViewContext {
  readonly operation: Operation;
  /** "" in a collection without states. */
  readonly state: string;
}

/**
 * How a request changes an item: its body is the whole item ("replace"), is merged into the view of the item as RFC 7396
 * has it ("merge"), or is applied in place by a function, which may throw a Refusal.
 */
export type Change<Request, Item> = "replace" | "merge" | ((item: Item, request: Request) => void);

/** One collection of a vendor's API. */
export interface CollectionDefinition<Request, Item> {
  /** Path of an item, ending in its parameter: `/v2/vpcs/:vpc`. Lists and creations have the path before that. */
  readonly path: `/${string}/:${string}`;
  /** Keys of an item and of a list in responses, given to `form`. */
  readonly keys: readonly [item: string, list: string];
  readonly form: ResponseForm<Request>;
  /** The stored items, changed in place; those of one parent when the path names one. May throw a Refusal. */
  readonly items: (request: Request) => Item[];
  /** The items that callers see, when they are not just the stored ones that are not gone. */
  readonly present?: (stored: readonly Item[], request: Request) => readonly Item[];
  /** What the path's parameter holds. */
  readonly id: (item: Item) => string;
  /** An item as responses show it. */
  readonly view: (item: Item, request: Request, context: ViewContext) => unknown;
  /** Checks the body and makes the item that is stored; `old` is the one to change. Throws Refusals. */
  readonly build?: (body: JsonObject, request: Request, old: Item | undefined) => Item;
  readonly notFound: Refuse<Request>;
  /** Refuses to change or delete an item that is present but not stored. Default: `notFound`. */
  readonly fixed?: Refuse<Request>;
  /** No two items that are present have the same key. */
  readonly unique?: { readonly key: (item: Item) => string; readonly taken: Refuse<Request> };
  /** Fields of the body that name an item of another collection; absent and empty ones are not checked. */
  readonly references?: readonly Reference<Request>[];
  /** An item that leaves is `notFound` for changes, and is deleted only once. */
  readonly states?: ItemStates<Request>;
  /** Query parameters of the list that leave out items. */
  readonly filters?: Readonly<Record<string, (item: Item, value: string) => boolean>>;
  readonly changes?: Readonly<Partial<Record<"PUT" | "PATCH" | "POST", Change<Request, Item>>>>;
  /** Called before an item is deleted: throws a Refusal, or changes what depends on the item. */
  readonly beforeDelete?: (item: Item, request: Request) => void;
  /** Refuses to delete an item while something refers to it. */
  readonly inUse?: { readonly by: (item: Item, request: Request) => boolean; readonly refusal: Refuse<Request> };
  /** Default: list, get and delete, create with `build`, and change with `changes`. */
  readonly operations?: readonly Operation[];
  /** Methods and paths that do not follow from `path`; a change has the methods of `changes`. */
  readonly at?: Readonly<Partial<Record<Operation, readonly [method: Method, path: string]>>>;
  /** The id that a request is about, where it is not in the path. */
  readonly idIn?: (request: Request) => string;
  /** Responses of another form than `form` has. */
  readonly respond?: Readonly<Partial<Record<Operation, (item: Item, request: Request) => VendorResponse>>>;
}

/** A field that names an item of another collection. */
export interface Reference<Request> {
  readonly field: string;
  readonly to: Pick<Collection<Request, unknown>, "find">;
  readonly unknown: Refuse<Request>;
}

/** A collection at work. */
export interface Collection<Request, Item> {
  readonly routes: readonly {
    readonly method: Method;
    readonly path: string;
    readonly handle: (request: Request) => VendorResponse;
  }[];
  /** The items that the request sees. */
  readonly present: (request: Request) => readonly Item[];
  /** The item of an id, undefined when the request sees none. */
  readonly find: (id: string, request: Request) => Item | undefined;
  /** The item that the request's path names. Throws the Refusal `notFound`. */
  readonly item: (request: Request) => Item;
}
