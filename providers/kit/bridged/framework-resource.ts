import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { HttpRequest } from "../../../http/http-message.js";
import { asNonEmptyString, asObject, type JsonObject } from "../../../http/json.js";
import type { Resource } from "../resource/resource.js";
import type { PropertyDeclarations } from "../schema/property-declaration.js";
import { definedValues, type PropertyMap, type PropertyValue } from "../schema/property-value.js";
import { apiName, fromApi, toApi } from "./api-names.js";
import type { BridgedApi } from "./bridged-api.js";
import type { FrameworkDeclaration, UntypedFramework } from "./framework-declaration.js";

/** Makes a resource of the declaration of a generated one. */
export function defineFrameworkResource<
  const Inputs extends PropertyDeclarations,
  const Outputs extends PropertyDeclarations,
>(declaration: FrameworkDeclaration<Inputs, Outputs>): Resource<BridgedApi> {
  const untyped = declaration as unknown as UntypedFramework;
  const { type, description, inputs, outputs, outputsChangedBy = {}, check = () => [] } = untyped;
  const { changes, creates = "POST", deletes, importedBy, names } = untyped;
  const properties = { ...inputs, ...outputs };
  const item = untyped.item ?? `${untyped.collection}/{id}`;
  const inPath = [...untyped.collection.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const unsent = new Set([...(untyped.unsent ?? []), ...inPath]);
  const bodied = Object.fromEntries(Object.entries(inputs).filter(([name]) => !unsent.has(name)));

  const requestOf = (
    { method, path, body }: Pick<HttpRequest, "method" | "path" | "body">,
    values: PropertyMap,
    signal: AbortSignal,
  ): HttpRequest => ({
    method,
    path: filledPath(path, values),
    body,
    headers: untyped.headers?.(values) ?? {},
    signal,
  });

  const resultOf = (body: JsonObject): JsonObject => untyped.result?.(body) ?? asObject(body["result"]) ?? {};
  const idOf = (result: JsonObject, values: PropertyMap): string | undefined =>
    untyped.id === undefined ? asNonEmptyString(result["id"]) : untyped.id(result, values);
  const read = (result: JsonObject, values: PropertyMap): Readonly<Record<string, PropertyValue | undefined>> => ({
    ...fromApi(result, properties, names),
    ...untyped.state?.(result, values),
  });
  /** After a creation or a change: inputs as they were given, and what the vendor decides. */
  const made = (result: JsonObject, given: PropertyMap, known: PropertyMap): PropertyMap =>
    definedValues({ ...known, ...read(result, { ...known, ...given }), ...given });

  return {
    ...{ type, description, inputs, outputs, outputsChangedBy, stableOutputs: [], check },
    ...{ unfinished: () => [], refuseChange: () => [], customTimeouts: [] },
    // Without a name that the plugin makes, the new one always comes first.
    deletesFirst: "given-name",
    failedUpdateKeepsState: true,
    create: ({ api, abandoned, inputs: values }) =>
      asOneRequest(async () => {
        const plain = toApi(values, bodied, names);
        const { defects } = api;
        const body = untyped.body === undefined ? plain : untyped.body(plain, values, { old: undefined, defects });
        const isInCollection = creates === "POST" || untyped.createsAt === "collection";
        const path = isInCollection ? untyped.collection : item;
        const result = resultOf(await api.call(requestOf({ method: creates, path, body }, values, abandoned)));
        const id = idOf(result, values);
        if (id === undefined) throw new PlantonError({ code: "E_VENDOR", message: "the response holds no id" });
        return { id, state: made(result, values, {}) };
      }),
    read: ({ api, abandoned, id: given, state, importing }) =>
      asOneRequest(async () => {
        const values = importing ? importedValues(given, importedBy, type) : { ...state, id: given };
        const body = await api.find(requestOf({ method: "GET", path: item }, values, abandoned));
        if (body === undefined) return undefined;
        const result = resultOf(body);
        const { id: known, ...kept } = values;
        const found = definedValues({ ...kept, ...read(result, kept) });
        return { id: importing ? (idOf(result, found) ?? String(known)) : given, state: found };
      }),
    ...(changes === undefined
      ? {}
      : {
          update: ({ api, abandoned, id, inputs: values, state, changed }) =>
            asOneRequest(async () => {
              const isSent = (name: string): boolean => name in bodied && (changes !== "PATCH" || changed.has(name));
              const sent = Object.fromEntries(Object.entries(values).filter(([name]) => isSent(name)));
              // What the program dropped and the state has is taken away by an explicit null.
              const dropped = Object.keys(bodied).filter(
                (name) => isSent(name) && !(name in values) && name in state && inputs[name]?.computed !== true,
              );
              const nulls = Object.fromEntries(dropped.map((name) => [apiName(name, names), null]));
              const kept = Object.fromEntries(Object.entries(state).filter(([name]) => !dropped.includes(name)));
              const known = { ...kept, ...values, id };
              const plain = { ...toApi(sent, bodied, names), ...nulls };
              const facts = { old: toApi(state, properties, names), defects: api.defects };
              const body = untyped.body === undefined ? plain : untyped.body(plain, known, facts);
              const result = resultOf(
                await api.call(requestOf({ method: changes, path: item, body }, known, abandoned)),
              );
              return { id, state: made(result, values, kept) };
            }),
        }),
    delete: ({ api, abandoned, id, state }) =>
      asOneRequest(async () => {
        if (deletes === false) return;
        await api.call(requestOf({ method: "DELETE", path: item }, { ...state, id }, abandoned));
      }),
  };
}

/** A path with the values of its properties. Throws E_INTERNAL for one that is not known. */
function filledPath(path: string, values: PropertyMap): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (typeof value === "string" || typeof value === "number") return encodeURIComponent(value);
    throw new PlantonError({ code: "E_INTERNAL", message: `"${path}" needs the value of "${name}"` });
  });
}

/** What the id of an import says: `<account_id>/<queue_id>`. Throws E_VENDOR for one of another form. */
export function importedValues(id: string, names: readonly string[] | undefined, type: string): PropertyMap {
  if (names === undefined) throw new PlantonError({ code: "E_VENDOR", message: `${type} cannot be imported` });
  const parts = id.split("/");
  if (parts.length === names.length && !parts.includes(""))
    return Object.fromEntries(names.map((name, index) => [name, parts[index] ?? ""]));
  const form = names.map((name) => `<${apiName(name)}>`).join("/");
  throw new PlantonError({ code: "E_VENDOR", message: `invalid import id: expected "${form}", got "${id}"` });
}

/** Runs an operation; its error has the summary that the generated code gives that of its request. */
export async function asOneRequest<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (!isPlantonError(error) || error.code === "E_INTERNAL") throw error;
    const { code, hint } = error;
    throw new PlantonError({ code, message: `failed to make http request: ${error.message}`, hint, cause: error });
  }
}
