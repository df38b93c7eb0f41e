import { PlantonError } from "../../contract/planton-error.js";
import type { Creation } from "../kit/create-once.js";

/** The error for one of that name that this stack did not make. */
export function takenError(creation: Pick<Creation, "noun" | "displayName" | "replaced">, id: string): PlantonError {
  const { noun, displayName, replaced } = creation;
  const own = "take another name, or import it by the id in the message";
  return new PlantonError({
    code: "E_VENDOR",
    message: `a ${noun} "${displayName}" is there already, and this stack did not make it: "${id}"`,
    hint: replaced === undefined ? own : "to replace one of the same name, set deleteBeforeReplace",
  });
}

/** The error for several that could have come of one creation. */
export function severalError(
  { noun, displayName }: Pick<Creation, "noun" | "displayName">,
  ids: readonly string[],
): PlantonError {
  const named = ids.map((id) => `"${id}"`).join(", ");
  return new PlantonError({
    code: "E_VENDOR",
    message: `several could be the ${noun} "${displayName}" of an earlier run, whose answer was lost: ${named}`,
    hint: "delete those that are not needed in the vendor's console, then run up again",
  });
}
