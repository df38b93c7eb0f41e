import type { PropertyDeclarations, PropertyType } from "./property-declaration.js";
import type { PropertyValue } from "./property-value.js";

/** A string. */
export const string: { readonly kind: "string" } = { kind: "string" };
/** An integer. */
export const integer: { readonly kind: "integer" } = { kind: "integer" };
/** Any number. */
export const decimal: { readonly kind: "number" } = { kind: "number" };
/** True or false. */
export const boolean: { readonly kind: "boolean" } = { kind: "boolean" };

/** A string, a number, true or false, as the program gives it. */
export const scalar: { readonly kind: "any" } = { kind: "any" };

/** A list whose order counts. */
export function list<const Element extends PropertyType>(
  element: Element,
): { readonly kind: "list"; readonly element: Element } {
  return { kind: "list", element };
}

/** A list whose order does not count; `identity` gives the string by which elements are compared. */
export function set<const Element extends PropertyType>(
  element: Element,
  identity: (element: PropertyValue) => string,
): { readonly kind: "set"; readonly element: Element; readonly identity: (element: PropertyValue) => string } {
  return { kind: "set", element, identity };
}

/** Values by names that the user chooses. */
export function map<const Element extends PropertyType>(
  element: Element,
): { readonly kind: "map"; readonly element: Element } {
  return { kind: "map", element };
}

/** An object with declared properties. */
export function object<const Declarations extends PropertyDeclarations>(
  properties: Declarations,
): { readonly kind: "object"; readonly properties: Declarations } {
  return { kind: "object", properties };
}
