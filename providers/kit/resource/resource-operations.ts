import type { Clock } from "../../../contract/clock.js";
import { messageOf, PlantonError } from "../../../contract/planton-error.js";
import { addNames, autonamed, type NameSource } from "../schema/autoname.js";
import { type CheckFailure, checkProperties } from "../schema/check-properties.js";
import { addGenerated, canonicalInputs } from "../schema/complete-inputs.js";
import { changedProperties, diffProperties, type PropertyDifference } from "../schema/diff-properties.js";
import type { Comparison } from "../schema/property-declaration.js";
import {
  equalValues,
  isEmpty,
  type Properties,
  type PropertyMap,
  type PropertyValue,
} from "../schema/property-value.js";
import { PluginCrash } from "./plugin-crash.js";
import { previewOfCreate, previewOfUnfinished, previewOfUpdate } from "./preview-state.js";
import type { CreateFacts, Resource, ResourceCall, ResourceResult } from "./resource.js";

/** The inputs that will be used, or what is wrong with them. */
export function checkInputs<Api>(
  resource: Resource<Api>,
  inputs: { readonly olds: Properties; readonly news: Properties },
  source: NameSource & { readonly clock: Clock },
): { readonly inputs: Properties; readonly failures: readonly CheckFailure[] } {
  const news = canonicalInputs(resource.inputs, inputs.news.values);
  const named = addNames(resource.inputs, { olds: inputs.olds.values, news }, source);
  const { clock } = source;
  const values = addGenerated(resource.inputs, { olds: inputs.olds.values, news: named, clock });
  const failures = checkProperties(resource.inputs, values);
  const secrets = new Set(inputs.news.secrets);
  for (const [name, { secret }] of Object.entries(resource.inputs)) if (secret && name in values) secrets.add(name);
  return { inputs: { values, secrets }, failures: failures.length > 0 ? failures : resource.check(values) };
}

/** What a Diff compares. */
export interface DiffSides extends Comparison {
  readonly ignoreChanges: readonly string[];
}

/** What a Diff reports to the engine. */
export interface ResourceDifference {
  readonly differences: readonly PropertyDifference[];
  /** The old resource has to go before the new one is made. */
  readonly deleteBeforeReplace: boolean;
  /** Changes that cannot be made. */
  readonly refused: readonly CheckFailure[];
}

/** True when two resources of one name cannot exist side by side, as the Terraform bridge guesses it. */
function deletesFirst<Api>(resource: Resource<Api>, { inputs, state }: Comparison): boolean {
  const made = autonamed(inputs);
  return Object.entries(resource.inputs).some(([name, { autoname }]) => {
    if (autoname === undefined || made.has(name)) return false;
    return resource.deletesFirst === "given-name" ? inputs[name] !== undefined : equalValues(inputs[name], state[name]);
  });
}

/** The differences between a state and checked inputs; what is not ready counts as one. */
export function diffResource<Api>(resource: Resource<Api>, sides: DiffSides): ResourceDifference {
  const changes = diffProperties(resource.inputs, sides, sides.ignoreChanges).map((difference) =>
    resource.update === undefined ? { ...difference, replace: true } : difference,
  );
  const replaces = changes.some(({ replace }) => replace);
  const unready = resource
    .unfinished(sides.state)
    .map((name) => ({ path: name, property: name, kind: "update", replace: false }) as const);
  return {
    differences: [...changes, ...unready],
    deleteBeforeReplace: replaces && deletesFirst(resource, sides),
    refused: resource.refuseChange(sides, replaces),
  };
}

/** A state ready for the wire: what the resource declares secret, and what was secret before or as an input. */
export function stateProperties<Api>(
  resource: Resource<Api>,
  state: PropertyMap,
  secretInputs: Iterable<string>,
): Properties {
  const values: Record<string, PropertyValue> = {};
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(state)) if (value !== undefined) values[name] = value;
  for (const [name, { secret }] of Object.entries({ ...resource.inputs, ...resource.outputs })) {
    if (secret && name in values) secrets.add(name);
  }
  for (const name of secretInputs) if (name in values) secrets.add(name);
  return { values, secrets };
}

/** The inputs that a state stands for: all that a user could have written, or the old inputs brought up to date. */
export function inputsOfState<Api>(resource: Resource<Api>, state: PropertyMap, oldInputs?: PropertyMap): PropertyMap {
  const changed =
    oldInputs && changedProperties(diffProperties(resource.inputs, { state, inputs: oldInputs, oldInputs }));
  const inputs: Record<string, PropertyValue> = {};
  for (const name of Object.keys(resource.inputs)) {
    const value = state[name];
    const old = oldInputs?.[name];
    const isUntold = value === undefined && resource.inputs[name]?.writeOnly === true;
    if (old !== undefined && (isUntold || !changed?.has(name))) inputs[name] = old;
    else if (value !== undefined && !isEmpty(value) && (oldInputs === undefined || changed?.has(name)))
      inputs[name] = value;
  }
  const kept = oldInputs?.["__defaults"];
  return kept === undefined ? inputs : { ...inputs, __defaults: kept };
}

/** The inputs in the form in which the vendor keeps them. */
function normalInputs<Api>(resource: Resource<Api>, inputs: PropertyMap): PropertyMap {
  const normal: Record<string, PropertyValue> = { ...inputs };
  for (const [name, { normalize }] of Object.entries(resource.inputs)) {
    const value = inputs[name];
    if (normalize !== undefined && value !== undefined) normal[name] = normalize(value);
  }
  return normal;
}

function generatedNames(inputs: PropertyMap): ReadonlySet<string> {
  return new Set([...autonamed(inputs)].filter((name) => typeof name === "string"));
}

/** Creates; an empty id is a bug. */
export async function createResource<Api>(
  resource: Resource<Api>,
  call: ResourceCall<Api> & Pick<CreateFacts, "replaced"> & { readonly inputs: PropertyMap },
): Promise<ResourceResult<PropertyMap>> {
  const generated = generatedNames(call.inputs);
  const result = await resource.create({ ...call, generated, inputs: normalInputs(resource, call.inputs) });
  if (result.id !== "") return result;
  throw new PlantonError({ code: "E_INTERNAL", message: `the creation of ${resource.type} gave no id` });
}

/**
 * Updates; an error keeps the resource with the new inputs in its state, as the Terraform bridge does. Throws what is a
 * crash, and where the resource says so every error: the engine then keeps the old state.
 */
export async function updateResource<Api>(
  resource: Resource<Api>,
  call: ResourceCall<Api> & { readonly id: string; readonly inputs: PropertyMap; readonly state: PropertyMap },
  ignoreChanges: readonly string[],
): Promise<ResourceResult<PropertyMap>> {
  if (resource.update === undefined) {
    throw new PlantonError({ code: "E_INTERNAL", message: `${resource.type} cannot be updated, only replaced` });
  }
  const changed = changedProperties(diffProperties(resource.inputs, call, ignoreChanges));
  try {
    const generated = generatedNames(call.inputs);
    return await resource.update({ ...call, inputs: normalInputs(resource, call.inputs), changed, generated });
  } catch (error) {
    if (error instanceof PluginCrash || resource.failedUpdateKeepsState) throw error;
    const state: Record<string, PropertyValue> = { ...call.state };
    for (const name of changed) {
      const value = call.inputs[name];
      if (value === undefined) delete state[name];
      else state[name] = value;
    }
    return { id: call.id, state, incomplete: [messageOf(error)] };
  }
}

/** The previewed state of a create, or of an update when there is an old state. */
export function previewState<Api>(
  resource: Resource<Api>,
  sides: { readonly inputs: PropertyMap; readonly state?: PropertyMap; readonly ignoreChanges?: readonly string[] },
): PropertyMap {
  if (sides.state === undefined) return previewOfCreate(resource, sides.inputs);
  const comparison = { state: sides.state, inputs: sides.inputs };
  const changed = changedProperties(diffProperties(resource.inputs, comparison, sides.ignoreChanges));
  const state = previewOfUpdate(resource, comparison, changed);
  return resource.unfinished(sides.state).length === 0 ? state : previewOfUnfinished(resource, state);
}
