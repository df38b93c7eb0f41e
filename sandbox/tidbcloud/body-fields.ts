import { isJsonObject, type JsonObject } from "../kit/base/json-fields.js";
import { invalid } from "./refusals.js";

/** A field's string; undefined when it is absent or null. Refuses another type with 400. */
export function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`${key} is not a string`);
}

/** A field's integer; undefined when it is absent or null. Refuses anything else with 400. */
export function integerAt(object: JsonObject, key: string): number | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined || (typeof value === "number" && Number.isInteger(value))) return value;
  throw invalid(`${key} is not an integer`);
}

/** A field's boolean; undefined when it is absent or null. Refuses another type with 400. */
export function booleanAt(object: JsonObject, key: string): boolean | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw invalid(`${key} is not a boolean`);
}

/** A field's object; undefined when it is absent or null. Refuses another type with 400. */
export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined || isJsonObject(value)) return value;
  throw invalid(`${key} is not an object`);
}

/** A field's list of objects; undefined when it is absent or null. Refuses anything else with 400. */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw invalid(`${key} is not a list of objects`);
}

/** A field's list of strings; undefined when it is absent or null. Refuses anything else with 400. */
export function stringsAt(object: JsonObject, key: string): readonly string[] | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item): item is string => typeof item === "string")) return value;
  throw invalid(`${key} is not a list of strings`);
}

/** A field's map of strings; undefined when it is absent or null. Refuses anything else with 400. */
export function stringMapAt(object: JsonObject, key: string): Readonly<Record<string, string>> | undefined {
  const value = objectAt(object, key);
  if (value === undefined) return undefined;
  const entries = Object.entries(value).map(([name, text]) => {
    if (typeof text !== "string") throw invalid(`${key}.${name} is not a string`);
    return [name, text] as const;
  });
  return Object.fromEntries(entries);
}
