import type { Clock } from "../../../contract/clock.js";
import type { PropertyMap, PropertyValue } from "./property-value.js";

/** Type of a property. A set is a list whose order means nothing; `identity` says when two elements are the same. */
export type PropertyType =
  | { readonly kind: "string" }
  | { readonly kind: "integer" }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" }
  | { readonly kind: "any" }
  | { readonly kind: "list"; readonly element: PropertyType }
  | { readonly kind: "set"; readonly element: PropertyType; readonly identity: (element: PropertyValue) => string }
  | { readonly kind: "map"; readonly element: PropertyType }
  | { readonly kind: "object"; readonly properties: PropertyDeclarations };

/** What a comparison may read beside the two values. */
export interface Comparison {
  readonly state: PropertyMap;
  readonly inputs: PropertyMap;
  /** The inputs that the state was made with; undefined when the caller does not know them. */
  readonly oldInputs?: PropertyMap | undefined;
}

/** What the making of an input may read. */
export interface GenerationSource {
  /** Checked inputs of the resource as it is; none when it is new. */
  readonly olds: PropertyMap;
  /** What the program gives. */
  readonly news: PropertyMap;
  readonly clock: Clock;
}

/** One property of a resource, a function, a provider or an object. */
export interface PropertyDeclaration {
  readonly type: PropertyType;
  /** For people: what it is, its unit, limits and default. */
  readonly description?: string;
  readonly required?: true;
  /** Always a secret in the state. */
  readonly secret?: true;
  /** Another value replaces the resource. */
  readonly replace?: true;
  /** When it is not given, the vendor chooses; what the vendor chose is no difference. */
  readonly computed?: true;
  /** When it is not given, a name is made from the resource's logical name. */
  readonly autoname?: { readonly maxLength: number };
  /** Makes a value that the program does not give; it is recorded with the inputs. Undefined: there is to be none. */
  readonly generate?: (source: GenerationSource) => PropertyValue | undefined;
  /** The vendor takes it and never returns it: a state without it says nothing about the vendor. */
  readonly writeOnly?: true;
  /** False: a difference of this input means nothing at present. */
  readonly managed?: (comparison: Comparison) => boolean;
  /** The one form in which a known input is recorded; undefined: not at all. Applied before the checks. */
  readonly canonical?: (value: PropertyValue) => PropertyValue | undefined;
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
      : Type extends { readonly kind: "any" }
        ? string | number | boolean
        : Type extends { readonly kind: "list" | "set"; readonly element: infer Element extends PropertyType }
          ? readonly ValueOf<Element>[]
          : Type extends { readonly kind: "map"; readonly element: infer Element extends PropertyType }
            ? { readonly [name: string]: ValueOf<Element> }
            : Type extends {
                  readonly kind: "object";
                  readonly properties: infer Declarations extends PropertyDeclarations;
                }
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
