/** Placeholder for a value that is not known yet, at any depth of a property. */
export const unknownValue: unique symbol = Symbol("unknown");

/** One value of a property, decoded: no secret wrapper, unknowns as {@link unknownValue}. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | typeof unknownValue
  | readonly PropertyValue[]
  | PropertyMap;

/** Values by name; an absent value has no key. */
export interface PropertyMap {
  readonly [name: string]: PropertyValue;
}

/** The properties of one message: plain values, and the names of the top-level ones that are secret. */
export interface Properties {
  readonly values: PropertyMap;
  readonly secrets: ReadonlySet<string>;
}

/** Every string in the secret properties. */
export function secretStrings({ values, secrets }: Properties): readonly string[] {
  return [...secrets].flatMap((name) => stringsIn(values[name]));
}

function stringsIn(value: PropertyValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap(stringsIn);
  return isMap(value) ? Object.values(value).flatMap(stringsIn) : [];
}

/** No properties at all. */
export const noProperties: Properties = { values: {}, secrets: new Set() };

/** True for a map, false for lists, scalars, null, unknowns and undefined. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. */
export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** True when the value or anything in it is unknown. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  if (value === unknownValue) return true;
  if (isList(value)) return value.some(containsUnknown);
  return isMap(value) && Object.values(value).some(containsUnknown);
}

/** True for what the Terraform bridge takes for "not given": undefined, null, an empty string or list. */
export function isEmpty(value: PropertyValue | undefined): boolean {
  return value === undefined || value === null || value === "" || (isList(value) && value.length === 0);
}

/** Deep equality; an unknown equals nothing. */
export function equalValues(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === unknownValue || right === unknownValue) return false;
  if (isList(left)) {
    return (
      isList(right) && left.length === right.length && left.every((value, index) => equalValues(value, right[index]))
    );
  }
  if (isMap(left)) {
    if (!isMap(right)) return false;
    const names = Object.keys(left);
    return names.length === Object.keys(right).length && names.every((name) => equalValues(left[name], right[name]));
  }
  return left === right;
}

/** A map without its undefined entries. */
export function definedValues(values: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap {
  const kept: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) kept[name] = value;
  return kept;
}
