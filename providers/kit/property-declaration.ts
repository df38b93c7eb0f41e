import type { PropertyMap, PropertyValue } from "./property-value.js";

/** Type of a property. A set is a list whose order means nothing; `identity` says when two elements are the same. */
export type PropertyType =
  | { readonly kind: "string" }
  | { readonly kind: "integer" }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" }
  | { readonly kind: "list"; readonly element: PropertyType }
  | { readonly kind: "set"; readonly element: PropertyType; readonly identity: (element: PropertyValue) => string }
  | { readonly kind: "object"; readonly properties: PropertyDeclarations };

/** What a comparison may look at beside the two values. */
export interface Comparison {
  readonly state: PropertyMap;
  readonly inputs: PropertyMap;
}

/** One property of a resource, a function, a provider or an object. */
export interface PropertyDeclaration {
  readonly type: PropertyType;
  readonly required?: true;
  /** Always a secret in the state. */
  readonly secret?: true;
  /** Another value replaces the resource. */
  readonly replace?: true;
  /** When it is not given, the vendor chooses; what the vendor chose is no difference. */
  readonly computed?: true;
  /** When it is not given, a name is made from the resource's logical name. */
  readonly autoname?: { readonly maxLength: number };
  /** Says what is wrong with a known value of the right type, or gives undefined. */
  readonly check?: (value: PropertyValue) => string | undefined;
  /** True when a change from `old` to `next` is none for the vendor. */
  readonly same?: (old: PropertyValue, next: PropertyValue, comparison: Comparison) => boolean;
  /** The form in which the vendor keeps a known value. */
  readonly normalize?: (value: PropertyValue) => PropertyValue;
}

/** Properties by name. */
export interface PropertyDeclarations {
  readonly [name: string]: PropertyDeclaration;
}

/** The TypeScript type of a value of a property type. */
export type ValueOf<Type extends PropertyType> = Type extends { readonly kind: "string" }
  ? string
  : Type extends { readonly kind: "integer" | "number" }
    ? number
    : Type extends { readonly kind: "boolean" }
      ? boolean
      : Type extends { readonly kind: "list" | "set"; readonly element: infer Element extends PropertyType }
        ? readonly ValueOf<Element>[]
        : Type extends { readonly kind: "object"; readonly properties: infer Declarations extends PropertyDeclarations }
          ? ValuesOf<Declarations>
          : never;

type RequiredNames<Declarations extends PropertyDeclarations> = {
  [Name in keyof Declarations]: Declarations[Name] extends { readonly required: true } ? Name : never;
}[keyof Declarations];

/** The TypeScript type of checked values of declarations: required ones are there, others may be. */
export type ValuesOf<Declarations extends PropertyDeclarations> = {
  readonly [Name in RequiredNames<Declarations>]: ValueOf<Declarations[Name]["type"]>;
} & {
  readonly [Name in Exclude<keyof Declarations, RequiredNames<Declarations>>]?:
    | ValueOf<Declarations[Name]["type"]>
    | undefined;
};

/** The same, each one optional: a state that may be partial. */
export type PartialValuesOf<Declarations extends PropertyDeclarations> = {
  readonly [Name in keyof Declarations]?: ValueOf<Declarations[Name]["type"]> | undefined;
};
