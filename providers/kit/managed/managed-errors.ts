import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";

interface Named {
  /** "secret". */
  readonly noun: string;
  readonly id: string;
}

/** The error for an object that was deleted by somebody else. */
export function goneError({ noun, id }: Named, isNew = false): PlantonError {
  const hint = isNew
    ? "run up again to create a new one"
    : "refresh the stack (planton pulumi refresh), then run up again to create a new one";
  return new PlantonError({
    code: "E_VENDOR",
    message: `the ${noun} "${id}" is gone: it was deleted outside of this stack`,
    hint,
  });
}

/** The error for an object of that name that this stack did not create. */
export function takenError(
  { noun, id }: Named,
  facts: { readonly replaces: boolean; readonly hint: string },
): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `a ${noun} of that name exists already, and this stack did not make it: "${id}"`,
    hint: facts.replaces ? "to replace one of the same name, set deleteBeforeReplace" : facts.hint,
  });
}

/** The error for a replacement of an object by itself, as `--replace` asks for it. */
export function selfReplacedError({ noun, id }: Named): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `cannot replace the ${noun} "${id}": the vendor allows only one with this name`,
    hint: "run up without --replace, which sets it in place, or set deleteBeforeReplace",
  });
}

/** The error for several objects of which one is meant: what came of one creation, or what is to be adopted. */
export function severalError(noun: string, name: string, ids: readonly string[]): PlantonError {
  const named = ids.map((id) => `"${id}"`).join(", ");
  return new PlantonError({
    code: "E_VENDOR",
    message: `several objects may be the ${noun} "${name}": ${named}`,
    hint: "delete those that are not needed in the vendor's console, or give the id of the one to adopt, then run up again",
  });
}

/** The error for an object of others that is to be adopted and does not exist; `id` is its id or name. */
export function absentError({ noun, id }: Named): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `there is no ${noun} "${id}" to adopt`,
    hint: "correct what names it, or choose the adoption policy that creates one",
  });
}

/** The error for an object of an earlier run that cannot be changed to what the inputs say. */
export function unfitError({ noun, id }: Named, reason: string): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `the ${noun} "${id}" exists, and it cannot be changed to what is wanted: ${reason}`,
    hint: "give the object's own value, or delete it in the vendor's console",
  });
}

/** The error for a success after which the object is still not what was sent. */
export function unseenError({ noun, id }: Named): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `the vendor responded with a success, but the ${noun} "${id}" is not what was sent`,
    hint: "somebody may change it at the same time: run up again; see the vendor's log of changes",
  });
}

/** The error for a wait that did not end as wanted: `what` is "not ready", "still being deleted" or the vendor's reason. */
export function waitError({ noun, id }: Named, what: string, cause?: unknown): PlantonError {
  const message = `the ${noun} "${id}" is ${what}`;
  const hint = "run up again: it goes on from there";
  if (!isPlantonError(cause)) return new PlantonError({ code: "E_VENDOR", message, hint });
  const { code } = cause;
  return new PlantonError({ code, message: `${message}: ${cause.message}`, hint: cause.hint, cause });
}

/** The error for an operation that the user asked to stop. */
export function interruptedError(): PlantonError {
  const message = "the operation was interrupted before it was finished";
  return new PlantonError({ code: "E_INTERRUPTED", message, hint: "run up again: it goes on from there" });
}

/** The error for a string that is no id; `example` is one. */
export function idError(id: string, noun: string, example: string): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `"${id}" is no id of a ${noun}`,
    hint: `write it as "${example}"`,
  });
}
