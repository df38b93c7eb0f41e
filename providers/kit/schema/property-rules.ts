import { isEmpty, isList, type PropertyValue } from "./property-value.js";

/** A check of one known value: says what is wrong, or gives undefined. */
export type PropertyRule = (value: PropertyValue) => string | undefined;

/** For `managed`: a difference of the input never means anything, as of policies and deadlines. */
export const neverManaged = (): boolean => false;

/** Refuses "", 0 and empty lists. */
export const notEmpty: PropertyRule = (value) =>
  isEmpty(value) || value === 0 ? "expected a value that is not empty" : undefined;

/** Refuses strings other than the given ones. */
export function oneOf(values: readonly string[]): PropertyRule {
  return (value) =>
    values.some((allowed) => allowed === value)
      ? undefined
      : `expected one of ${values.map((allowed) => `"${allowed}"`).join(", ")}, got "${String(value)}"`;
}

/** Refuses numbers outside the bounds, both included. */
export function between(minimum: number, maximum: number): PropertyRule {
  return (value) => {
    if (typeof value === "number" && value >= minimum && value <= maximum) return undefined;
    const range = maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : `${minimum} to ${maximum}`;
    return `expected ${range}, got ${String(value)}`;
  };
}

/** Refuses strings longer than `maximum` characters. */
export function atMostCharacters(maximum: number): PropertyRule {
  return (value) =>
    typeof value === "string" && value.length > maximum
      ? `expected at most ${maximum} characters, got ${value.length}`
      : undefined;
}

/** Refuses strings that do not match; `expected` describes the pattern. */
export function matching(pattern: RegExp, expected: string): PropertyRule {
  return (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `expected ${expected}, got "${String(value)}"`;
}

/** Applies a rule to every element of a list; names the first bad one. */
export function each(rule: PropertyRule): PropertyRule {
  return (value) => {
    if (!isList(value)) return undefined;
    for (const element of value) {
      const reason = typeof element === "symbol" ? undefined : rule(element);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
