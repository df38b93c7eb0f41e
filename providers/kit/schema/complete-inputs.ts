import { autonamed, defaultsKey } from "./autoname.js";
import type { GenerationSource, PropertyDeclarations } from "./property-declaration.js";
import { containsUnknown, type PropertyMap, type PropertyValue } from "./property-value.js";

/** The inputs in the form in which they are recorded; what is not known yet stays as it is. */
export function canonicalInputs(declarations: PropertyDeclarations, inputs: PropertyMap): PropertyMap {
  const recorded: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(inputs)) {
    const { canonical } = declarations[name] ?? {};
    const kept = canonical === undefined || containsUnknown(value) ? value : canonical(value);
    if (kept !== undefined) recorded[name] = kept;
  }
  return recorded;
}

/** The new inputs with a value for each that can be made and is not given; their names are under `__defaults`. */
export function addGenerated(declarations: PropertyDeclarations, source: GenerationSource): PropertyMap {
  const made: Record<string, PropertyValue> = {};
  for (const [name, { generate }] of Object.entries(declarations)) {
    const value = source.news[name] === undefined ? generate?.(source) : undefined;
    if (value !== undefined) made[name] = value;
  }
  if (Object.keys(made).length === 0) return source.news;
  return { ...source.news, ...made, [defaultsKey]: [...autonamed(source.news), ...Object.keys(made)] };
}
