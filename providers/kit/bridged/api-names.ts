import { asNumber, isJsonObject, type JsonObject } from "../../../http/json.js";
import type { PropertyDeclarations, PropertyType } from "../schema/property-declaration.js";
import { isList, isMap, type PropertyMap, type PropertyValue } from "../schema/property-value.js";

/** How an API names properties, at every depth. */
export interface ApiNames {
  /** "snake": `rangeStart` is "range_start"; "camel": as it is. Default: "snake". */
  readonly style?: "snake" | "camel";
  /** Those that are named otherwise. */
  readonly special?: Readonly<Record<string, string>>;
}

/** What `apiName` of a property is. */
export function apiName(property: string, { style = "snake", special = {} }: ApiNames = {}): string {
  const usual = style === "camel" ? property : property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return special[property] ?? usual;
}

/** The JSON object that an API takes for values of declared properties. */
export function toApi(values: PropertyMap, declarations: PropertyDeclarations, names?: ApiNames): JsonObject {
  const entries = Object.entries(values).flatMap(([property, value]) => {
    const declaration = declarations[property];
    return declaration === undefined || value === undefined
      ? []
      : [[apiName(property, names), valueToApi(value, declaration.type, names)] as const];
  });
  return Object.fromEntries(entries);
}

function valueToApi(value: PropertyValue, type: PropertyType, names: ApiNames | undefined): unknown {
  if ((type.kind === "list" || type.kind === "set") && isList(value))
    return value.map((element) => valueToApi(element, type.element, names));
  if (type.kind === "object" && isMap(value)) return toApi(value, type.properties, names);
  if (type.kind === "map" && isMap(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, valueToApi(entry, type.element, names)]),
    );
  return value;
}

/**
 * What an API's object says of declared properties: those whose key it has, undefined for null and for what is not of the
 * property's type. Unlike `readFields`, an empty string, 0 and an empty list are values.
 */
export function fromApi(
  object: JsonObject,
  declarations: PropertyDeclarations,
  names?: ApiNames,
): Readonly<Record<string, PropertyValue | undefined>> {
  const entries = Object.entries(declarations).flatMap(([property, { type }]) => {
    const key = apiName(property, names);
    return key in object ? [[property, valueFromApi(object[key], type, names)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function valueFromApi(value: unknown, type: PropertyType, names: ApiNames | undefined): PropertyValue | undefined {
  switch (type.kind) {
    case "string":
      return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
    case "integer":
    case "number":
      return asNumber(value);
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "any":
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
    case "list":
    case "set":
      return Array.isArray(value)
        ? value.flatMap((element) => valueFromApi(element, type.element, names) ?? [])
        : undefined;
    case "object":
      return isJsonObject(value) ? defined(fromApi(value, type.properties, names)) : undefined;
    case "map":
      return isJsonObject(value)
        ? defined(
            Object.fromEntries(
              Object.entries(value).map(([key, one]) => [key, valueFromApi(one, type.element, names)]),
            ),
          )
        : undefined;
  }
}

function defined(values: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap {
  const kept = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(kept);
}
