import { closest, distance } from "fastest-levenshtein";
import type { PropertyDeclaration, PropertyDeclarations, PropertyType } from "./property-declaration.js";
import {
  containsUnknown,
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  unknownValue,
} from "./property-value.js";

/** One thing that is wrong with the inputs. */
export interface CheckFailure {
  /** Property path: `rules[0].type`. */
  readonly property: string;
  /** Lower case, says what was expected; holds no secret. */
  readonly reason: string;
}

const kindNames = {
  string: "a string",
  integer: "an integer",
  number: "a number",
  boolean: "true or false",
  any: "a string, a number, true or false",
  list: "a list",
  set: "a list",
  map: "a map",
  object: "an object",
} as const satisfies Record<PropertyType["kind"], string>;

/** Puts a name behind a path: `storageAutoscale.enabled`. */
export function joinPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The path of a map's entry: `labels.team`, `labels["a.b"]`. */
export function entryPath(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? joinPath(path, name) : `${path}[${JSON.stringify(name)}]`;
}

function hasKind(type: PropertyType, value: PropertyValue): boolean {
  switch (type.kind) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "any":
      return ["string", "number", "boolean"].includes(typeof value);
    case "list":
    case "set":
      return isList(value);
    case "map":
    case "object":
      return isMap(value);
  }
}

function describe(value: PropertyValue): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  return isMap(value) ? "an object" : `a ${typeof value}`;
}

function checkType(type: PropertyType, value: PropertyValue, path: string): CheckFailure[] {
  if (value === unknownValue) return [];
  if (!hasKind(type, value)) {
    return [{ property: path, reason: `expected ${kindNames[type.kind]}, got ${describe(value)}` }];
  }
  if (isList(value) && (type.kind === "list" || type.kind === "set")) {
    return value.flatMap((element, index) => checkType(type.element, element, `${path}[${index}]`));
  }
  if (isMap(value) && type.kind === "map") {
    return Object.entries(value).flatMap(([name, entry]) => checkType(type.element, entry, entryPath(path, name)));
  }
  if (isMap(value) && type.kind === "object") return checkProperties(type.properties, value, path);
  return [];
}

function checkValue(declaration: PropertyDeclaration, value: PropertyValue, path: string): CheckFailure[] {
  const failures = checkType(declaration.type, value, path);
  if (failures.length > 0 || declaration.check === undefined || containsUnknown(value)) return failures;
  const reason = declaration.check(value);
  return reason === undefined ? [] : [{ property: path, reason }];
}

function unknownProperty(declarations: PropertyDeclarations, name: string, path: string): CheckFailure {
  const names = Object.keys(declarations);
  const near = names.length === 0 ? "" : closest(name, names);
  const hint = near !== "" && distance(name, near) <= 3 ? `; did you mean "${near}"?` : "";
  return { property: joinPath(path, name), reason: `unknown property "${name}"${hint}` };
}

/** Everything that is wrong with the values, in the order of the declarations, unknown names last. */
export function checkProperties(declarations: PropertyDeclarations, values: PropertyMap, path = ""): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [name, declaration] of Object.entries(declarations)) {
    const value = values[name];
    if (value !== undefined) failures.push(...checkValue(declaration, value, joinPath(path, name)));
    else if (declaration.required) failures.push({ property: joinPath(path, name), reason: "a value is required" });
  }
  for (const name of Object.keys(values)) {
    if (!(name in declarations) && !name.startsWith("__")) failures.push(unknownProperty(declarations, name, path));
  }
  return failures;
}
