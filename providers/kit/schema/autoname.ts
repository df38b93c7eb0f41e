import { createHash } from "node:crypto";
import type { PropertyDeclarations } from "./property-declaration.js";
import { isList, type PropertyMap, type PropertyValue } from "./property-value.js";

/** Input in which the Terraform bridge remembers which properties it filled in itself; kept here for the same reason. */
export const defaultsKey = "__defaults";

/** What the engine says about names that the user did not give. */
export type AutonamingMode = "propose" | "enforce" | "disable";

/** What a name is made from. */
export interface NameSource {
  /** Logical name of the resource. */
  readonly logicalName: string;
  /** Random bytes of the engine, the same for the preview and the update. */
  readonly randomSeed: Uint8Array;
  /** The engine's own proposal, when the user configured one. */
  readonly proposal?: { readonly mode: AutonamingMode; readonly name: string };
}

/** Names of the inputs that were filled in by {@link addNames}. */
export function autonamed(inputs: PropertyMap): ReadonlySet<PropertyValue> {
  const names = inputs[defaultsKey];
  return new Set(isList(names) ? names : []);
}

function makeName(source: NameSource, maxLength: number): string {
  const suffix = createHash("sha256").update(source.logicalName).update(source.randomSeed).digest("hex").slice(0, 7);
  return `${source.logicalName.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

/** Inputs with a name for every property that takes one and has none; an earlier made name is kept. */
export function addNames(
  declarations: PropertyDeclarations,
  inputs: { readonly olds: PropertyMap; readonly news: PropertyMap },
  source: NameSource,
): PropertyMap {
  const made: Record<string, PropertyValue> = {};
  const earlier = autonamed(inputs.olds);
  // Inputs that were checked before (as in an import) already say which names were made.
  const kept = [...autonamed(inputs.news)];
  for (const [name, { autoname }] of Object.entries(declarations)) {
    if (autoname === undefined || inputs.news[name] !== undefined || source.proposal?.mode === "disable") continue;
    const old = earlier.has(name) ? inputs.olds[name] : undefined;
    made[name] = old ?? source.proposal?.name ?? makeName(source, autoname.maxLength);
    kept.push(name);
  }
  return kept.length === 0 ? inputs.news : { ...inputs.news, ...made, [defaultsKey]: kept };
}
