import type { PropertyDeclarations, PropertyType } from "../schema/property-declaration.js";
import { isList, isMap, type PropertyMap, type PropertyValue, unknownValue } from "../schema/property-value.js";
import type { ResourceShape } from "./resource.js";

function fillComputed(type: PropertyType, value: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  if ((type.kind === "list" || type.kind === "set") && isList(value)) {
    return value.map((element, index) => {
      if (!isList(old) || element === unknownValue) return fillComputed(type.element, element, undefined);
      const before =
        type.kind === "set"
          ? old.find((candidate) => candidate !== unknownValue && type.identity(candidate) === type.identity(element))
          : old[index];
      return fillComputed(type.element, element, before);
    });
  }
  if (type.kind !== "object" || !isMap(value)) return value;
  const filled: Record<string, PropertyValue> = {};
  for (const [name, declaration] of Object.entries(type.properties)) {
    const before = isMap(old) ? old[name] : undefined;
    const given = value[name];
    if (given !== undefined) filled[name] = fillComputed(declaration.type, given, before);
    else if (declaration.computed) filled[name] = before ?? unknownValue;
  }
  return filled;
}

function givenValue(
  declarations: PropertyDeclarations,
  name: string,
  value: PropertyValue,
  old?: PropertyValue,
): PropertyValue {
  const declaration = declarations[name];
  if (declaration === undefined || value === unknownValue) return value;
  return fillComputed(declaration.type, declaration.normalize?.(value) ?? value, old);
}

/** What is known of a resource's state before it is created: its inputs; all that the vendor decides is unknown. */
export function previewOfCreate(resource: ResourceShape, inputs: PropertyMap): PropertyMap {
  const state: Record<string, PropertyValue> = {};
  for (const [name, declaration] of Object.entries(resource.inputs)) {
    const value = inputs[name];
    if (value !== undefined) state[name] = givenValue(resource.inputs, name, value);
    else if (declaration.computed) state[name] = unknownValue;
  }
  for (const name of Object.keys(resource.outputs)) state[name] = unknownValue;
  return state;
}

/** What is known of a state whose making goes on: all but the outputs that may still come or change. */
export function previewOfUnfinished(resource: ResourceShape, state: PropertyMap): PropertyMap {
  const preview: Record<string, PropertyValue> = { ...state };
  for (const name of Object.keys(resource.outputs)) {
    if (!resource.stableOutputs.includes(name) || state[name] === undefined) preview[name] = unknownValue;
  }
  return preview;
}

/** What is known of a resource's state before it is updated: its old state with the changed inputs. */
export function previewOfUpdate(
  resource: ResourceShape,
  values: { readonly state: PropertyMap; readonly inputs: PropertyMap },
  changed: ReadonlySet<string>,
): PropertyMap {
  const state: Record<string, PropertyValue> = { ...values.state };
  for (const cause of changed) {
    for (const name of resource.outputsChangedBy[cause] ?? []) {
      if (values.inputs[name] === undefined) state[name] = unknownValue;
    }
  }
  for (const name of changed) {
    const value = values.inputs[name];
    if (value === undefined) delete state[name];
    else state[name] = givenValue(resource.inputs, name, value, values.state[name]);
  }
  return state;
}
