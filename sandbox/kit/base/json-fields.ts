/** A JSON object whose fields are not checked yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for a JSON object (no array, no null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The string at a key; "" when it is absent, null or no string, as clients that always send every field write it. */
export function stringField(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

/** The number at a key; undefined when it is absent, null or no number. */
export function numberField(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The boolean at a key; undefined when it is absent, null or no boolean. */
export function booleanField(object: JsonObject, key: string): boolean | undefined {
  const value = object[key];
  return typeof value === "boolean" ? value : undefined;
}

/** The object at a key; undefined when it is absent, null or no object. */
export function objectField(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

/** The objects of the array at a key; undefined when it is absent, null or no array. */
export function objectList(object: JsonObject, key: string): readonly JsonObject[] | undefined {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : undefined;
}

/** The strings of the array at a key; empty when it is absent, null or no array. */
export function stringList(object: JsonObject, key: string): readonly string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
