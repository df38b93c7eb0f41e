import { isJsonObject, type JsonObject, stringField } from "../base/json-fields.js";
import type { SlowAction } from "../base/pace.js";
import type { Change, Collection, CollectionDefinition, Operation } from "./collection-definition.js";
import { beginAction, stateAt } from "./item-state.js";
import { cutPage } from "./paging.js";
import type { Method, VendorRequest, VendorResponse } from "./sandbox-vendor.js";

type AnyRequest = VendorRequest<unknown, unknown>;
type Handle<Request> = (request: Request) => VendorResponse;

/** Makes the routes of a collection from its definition. Routes that are special are written beside it. */
export function collection<Request extends AnyRequest, Item>(
  definition: CollectionDefinition<Request, Item>,
): Collection<Request, Item> {
  const { path, build, changes = {}, operations } = definition;
  const listPath = path.slice(0, path.lastIndexOf("/"));
  const items = storedItems(definition);
  const handlers = handlersOf(definition, items);
  const changeRoutes = (["PUT", "PATCH", "POST"] as const).flatMap((method) => {
    const how = changes[method];
    return how === undefined ? [] : [["change", method, path, handlers.change(how)] as const];
  });
  const rows: readonly (readonly [Operation, Method, string, Handle<Request>])[] = [
    ["list", "GET", listPath, handlers.list],
    ...(build === undefined ? [] : [["create", "POST", listPath, handlers.create] as const]),
    ["get", "GET", path, handlers.get],
    ...changeRoutes,
    ["delete", "DELETE", path, handlers.remove],
  ];
  const routes = rows
    .filter(([operation]) => operations === undefined || operations.includes(operation))
    .map(([operation, ...usual]) => {
      const [method, at] = definition.at?.[operation] ?? usual;
      return { method, path: at, handle: usual[2] };
    });
  return { routes, present: items.present, find: items.find, item: items.named };
}

/** Access to the items of a collection. */
interface StoredItems<Request, Item> extends Pick<Collection<Request, Item>, "present" | "find"> {
  readonly id: (request: Request) => string;
  /** "" in a collection without states; undefined: gone. */
  readonly state: (item: Item, request: Request) => string | undefined;
  /** The item that the request names. Throws the Refusal `notFound`. */
  readonly named: (request: Request) => Item;
  /** The same for a change, with its index among the stored ones. Throws the Refusals `fixed` and `busy` too. */
  readonly changeable: (request: Request) => { readonly item: Item; readonly index: number };
}

function storedItems<Request extends AnyRequest, Item>(
  definition: CollectionDefinition<Request, Item>,
): StoredItems<Request, Item> {
  const { states, notFound, fixed = notFound } = definition;
  const parameter = definition.path.slice(definition.path.lastIndexOf(":") + 1);
  const id = (request: Request): string => definition.idIn?.(request) ?? request.params[parameter] ?? "";
  const state = (item: Item, { nowMs }: Request): string | undefined =>
    states === undefined ? "" : stateAt(item, states, nowMs);
  const present = (request: Request): readonly Item[] => {
    const stored = definition.items(request).filter((item) => state(item, request) !== undefined);
    return definition.present?.(stored, request) ?? stored;
  };
  const find = (wanted: string, request: Request): Item | undefined =>
    present(request).find((item) => definition.id(item) === wanted);
  const named = (request: Request): Item => {
    const found = find(id(request), request);
    if (found === undefined) throw notFound(id(request), request);
    return found;
  };
  const changeable = (request: Request): { readonly item: Item; readonly index: number } => {
    const item = named(request);
    const index = definition.items(request).indexOf(item);
    if (index < 0) throw fixed(id(request), request);
    if (states?.busy !== undefined && state(item, request) !== states.ready) throw states.busy(id(request), request);
    return { item, index };
  };
  return { id, state, present, find, named, changeable };
}

interface Handlers<Request, Item> extends Readonly<Record<"list" | "create" | "get" | "remove", Handle<Request>>> {
  readonly change: (how: Change<Request, Item>) => Handle<Request>;
}

function handlersOf<Request extends AnyRequest, Item>(
  definition: CollectionDefinition<Request, Item>,
  items: StoredItems<Request, Item>,
): Handlers<Request, Item> {
  const { form, states } = definition;
  const [itemKey, listKey] = definition.keys;
  const viewOf = (item: Item, request: Request, operation: Operation): unknown =>
    definition.view(item, request, { operation, state: items.state(item, request) ?? "" });
  const respond = (operation: Exclude<Operation, "list">, item: Item, request: Request): VendorResponse => {
    const special = definition.respond?.[operation];
    if (special !== undefined) return special(item, request);
    const status = operation === "get" ? 200 : form.statuses[operation];
    if (status === 204) return { status };
    return { status, body: form.item(itemKey, viewOf(item, request, operation), request) };
  };
  const begin = (action: SlowAction, item: Item, request: Request): Item =>
    states?.[action] === undefined ? item : { ...item, timing: beginAction(action, request) };
  const build = (body: JsonObject, request: Request, old?: Item): Item => {
    if (definition.build === undefined) throw new RangeError(`the collection "${definition.path}" has no build`);
    for (const { field, to, unknown } of definition.references ?? []) {
      const id = stringField(body, field);
      if (id !== "" && to.find(id, request) === undefined) throw unknown(id, request);
    }
    return definition.build(body, request, old);
  };
  const checkUnique = (item: Item, request: Request, old?: Item): void => {
    if (definition.unique === undefined) return;
    const { key, taken } = definition.unique;
    if (items.present(request).some((other) => other !== old && key(other) === key(item)))
      throw taken(key(item), request);
  };
  const changed = (how: Change<Request, Item>, old: Item, request: Request): Item => {
    if (typeof how === "function") {
      how(old, request);
      return old;
    }
    const view = viewOf(old, request, "get");
    const body = how === "merge" ? mergePatch(isJsonObject(view) ? view : {}, request.body) : request.body;
    const built = build(body, request, old);
    return isJsonObject(old) && "timing" in old ? { ...built, timing: old["timing"] } : built;
  };
  return {
    list(request) {
      const passes = Object.entries(definition.filters ?? {}).flatMap(([name, accepts]) => {
        const value = request.query.get(name);
        return value === null ? [] : [(item: Item) => accepts(item, value)];
      });
      const found = items.present(request).filter((item) => passes.every((accepts) => accepts(item)));
      const page = cutPage(found, request, form.paging);
      const views = page.items.map((item) => viewOf(item, request, "list"));
      return { status: 200, ...form.list(listKey, { ...page, items: views }, request) };
    },
    create(request) {
      const stored = definition.items(request);
      const item = begin("create", build(request.body, request), request);
      checkUnique(item, request);
      const kept = stored.filter((entry) => items.state(entry, request) !== undefined);
      stored.splice(0, stored.length, ...kept, item);
      return respond("create", item, request);
    },
    get: (request) => respond("get", items.named(request), request),
    change: (how) => (request) => {
      const { item: old, index } = items.changeable(request);
      if (states?.leave !== undefined && items.state(old, request) === states.leave)
        throw definition.notFound(items.id(request), request);
      const item = begin("change", changed(how, old, request), request);
      checkUnique(item, request, old);
      definition.items(request)[index] = item;
      return respond("change", item, request);
    },
    remove(request) {
      const { item, index } = items.changeable(request);
      definition.beforeDelete?.(item, request);
      if (definition.inUse?.by(item, request)) throw definition.inUse.refusal(items.id(request), request);
      const left = items.state(item, request) === states?.leave ? item : begin("leave", item, request);
      if (states?.leave === undefined) definition.items(request).splice(index, 1);
      else definition.items(request)[index] = left;
      return respond("delete", left, request);
    },
  };
}

/** RFC 7396: null removes a member, objects are merged, anything else replaces. */
function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isJsonObject(value) ? mergePatch(isJsonObject(old) ? old : {}, value) : value;
  }
  return merged;
}
