import { asBoolean, asNonEmptyString, asNumber, isJsonObject, type JsonObject, listOf } from "../../../http/json.js";
import type { PartialValuesOf, PropertyDeclarations, PropertyType, ValuesOf } from "../schema/property-declaration.js";
import { definedValues, type PropertyMap, type PropertyValue } from "../schema/property-value.js";

/** Keys in responses by property, where that is not the property's name with underscores. */
export type FieldKeys = Readonly<Record<string, string>>;

function readValue(type: PropertyType, value: unknown): PropertyValue | undefined {
  switch (type.kind) {
    case "string":
      return typeof value === "number" ? String(value) : asNonEmptyString(value);
    case "integer":
    case "number":
      return asNumber(value) || undefined;
    case "boolean":
      return asBoolean(value);
    case "list":
    case "set":
      return listOf(value).flatMap((element) => readValue(type.element, element) ?? []);
    case "object":
      return isJsonObject(value) ? (readObject(value, type.properties) as PropertyMap) : undefined;
    case "map":
    case "any":
      return undefined;
  }
}

/**
 * What a response says of declared properties: those whose key it has, with values of their type. `ipRange` is read from
 * "ip_range". Left out are maps, and lists for which the response has an object. An empty string and 0 are undefined: to
 * the Terraform SDK they are the same as absent.
 */
export function readFields<const Declarations extends PropertyDeclarations>(
  object: JsonObject,
  declarations: Declarations,
  keys: FieldKeys = {},
): PartialValuesOf<Declarations> {
  const entries = Object.entries(declarations).flatMap(([name, { type }]) => {
    const key = keys[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const value = object[key];
    // A list of the Terraform provider may stand for one object of the API: that is not read here.
    const isOther = (type.kind === "list" || type.kind === "set") && isJsonObject(value);
    return key in object && !isOther ? [[name, readValue(type, value)] as const] : [];
  });
  // Each value was read by the type that its declaration has.
  return Object.fromEntries(entries) as PartialValuesOf<Declarations>;
}

const zeros = {
  string: "",
  integer: 0,
  number: 0,
  boolean: false,
  any: "",
  list: [],
  set: [],
  map: {},
  object: {},
} as const;

/** The same of an object inside a property, where required ones that the response lacks have Go's zero value. */
export function readObject<const Declarations extends PropertyDeclarations>(
  object: JsonObject,
  declarations: Declarations,
  keys?: FieldKeys,
): ValuesOf<Declarations> {
  const required = Object.entries(declarations).filter((entry) => entry[1].required);
  const missing = Object.fromEntries(required.map(([name, { type }]) => [name, zeros[type.kind]]));
  const fields = readFields(object, declarations, keys) as PropertyMap;
  return { ...missing, ...definedValues(fields) } as ValuesOf<Declarations>;
}
