import { PlantonError } from "./planton-error.js";

/**
 * A value that the rules of a kind require, without the `undefined` that generated types carry. Throws E_INTERNAL when
 * it is missing all the same: the input was not validated.
 */
export function present<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: `"${name}" is missing after validation` });
  return value;
}
