import { entryPath, joinPath } from "./check-properties.js";
import type { Comparison, PropertyDeclaration, PropertyDeclarations, PropertyType } from "./property-declaration.js";
import { isEmpty, isList, isMap, type PropertyValue, unknownValue } from "./property-value.js";

/** One place where the inputs differ from the state. */
export interface PropertyDifference {
  /** Property path: `tags[1]`. */
  readonly path: string;
  /** Name of the top-level property. */
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

type Change = Pick<PropertyDifference, "path" | "kind">;

interface Sides {
  readonly old: PropertyValue | undefined;
  readonly next: PropertyValue | undefined;
}

function compareSets(
  type: PropertyType & { kind: "set" },
  path: string,
  sides: { old: readonly PropertyValue[]; next: readonly PropertyValue[] },
): Change[] {
  const unknownOr = (element: PropertyValue): string | undefined =>
    element === unknownValue ? undefined : type.identity(element);
  const oldIdentities = new Set(sides.old.map(unknownOr));
  const nextIdentities = new Set(sides.next.map(unknownOr));
  const kinds = new Map<number, Change["kind"]>();
  sides.next.forEach((element, index) => {
    const identity = unknownOr(element);
    if (identity === undefined || !oldIdentities.has(identity)) kinds.set(index, "add");
  });
  sides.old.forEach((element, index) => {
    if (!nextIdentities.has(unknownOr(element))) kinds.set(index, kinds.has(index) ? "update" : "delete");
  });
  return [...kinds]
    .sort(([left], [right]) => left - right)
    .map(([index, kind]) => ({ path: `${path}[${index}]`, kind }));
}

function compareInside(type: PropertyType, path: string, sides: Sides, comparison: Comparison): Change[] {
  const { old, next } = sides;
  if (type.kind === "set" && isList(old) && isList(next)) return compareSets(type, path, { old, next });
  if (type.kind === "list" && isList(old) && isList(next)) {
    const length = Math.max(old.length, next.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compareValue({ type: type.element }, `${path}[${index}]`, { old: old[index], next: next[index] }, comparison),
    );
  }
  if (type.kind === "map" && isMap(old) && isMap(next)) {
    return [...new Set([...Object.keys(old), ...Object.keys(next)])]
      .sort()
      .flatMap((name) =>
        compareValue({ type: type.element }, entryPath(path, name), { old: old[name], next: next[name] }, comparison),
      );
  }
  if (type.kind === "object" && isMap(old) && isMap(next)) {
    return Object.entries(type.properties).flatMap(([name, declaration]) =>
      compareValue(declaration, joinPath(path, name), { old: old[name], next: next[name] }, comparison),
    );
  }
  return old === next ? [] : [{ path, kind: "update" }];
}

function compareValue(declaration: PropertyDeclaration, path: string, sides: Sides, comparison: Comparison): Change[] {
  const { old, next } = sides;
  if (next === undefined || next === null) {
    return declaration.computed || isEmpty(old) ? [] : [{ path, kind: "delete" }];
  }
  if (old === undefined || old === null) return isEmpty(next) ? [] : [{ path, kind: "add" }];
  const normal = next === unknownValue ? next : (declaration.normalize?.(next) ?? next);
  if (declaration.same?.(old, normal, comparison)) return [];
  if (next === unknownValue) return [{ path, kind: "update" }];
  return compareInside(declaration.type, path, { old, next: normal }, comparison);
}

function isIgnored(path: string, ignoreChanges: readonly string[]): boolean {
  return ignoreChanges.some((ignored) => {
    if (ignored === "*" || ignored === path) return true;
    return path.startsWith(ignored) && (path[ignored.length] === "." || path[ignored.length] === "[");
  });
}

/** Where checked inputs differ from the state, in the order of the declarations; paths in `ignoreChanges` left out. */
export function diffProperties(
  declarations: PropertyDeclarations,
  comparison: Comparison,
  ignoreChanges: readonly string[] = [],
): PropertyDifference[] {
  const managed = Object.entries(declarations).filter(([, { managed = () => true }]) => managed(comparison));
  return managed.flatMap(([name, declaration]) =>
    compareValue(declaration, name, { old: comparison.state[name], next: comparison.inputs[name] }, comparison)
      .filter(({ path }) => !isIgnored(path, ignoreChanges))
      .map((change) => ({ ...change, property: name, replace: declaration.replace === true })),
  );
}

/** Names of the top-level properties that differ. */
export function changedProperties(differences: readonly PropertyDifference[]): ReadonlySet<string> {
  return new Set(differences.map(({ property }) => property));
}
