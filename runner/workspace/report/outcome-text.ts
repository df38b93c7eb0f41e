import { errorCodes } from "../../../contract/error-codes.js";
import { isPlantonError, messageOf } from "../../../contract/planton-error.js";
import type { UnitOutcome } from "../run/run-in-order.js";

/** An error as reports and views show it. It holds no secret: messages come through the masker. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What went wrong with a stack; undefined when nothing did, or when it was not run. */
export function outcomeError(outcome: UnitOutcome<unknown>): ShownError | undefined {
  if (!("error" in outcome) || outcome.error === undefined) return undefined;
  const { error } = outcome;
  if (!isPlantonError(error)) {
    return { code: "E_INTERNAL", message: messageOf(error), hint: errorCodes.E_INTERNAL.hint };
  }
  return { code: error.code, message: error.message, hint: error.hint };
}

/** Why a stack was not run, for people; undefined for one that was. `nameOf` gives the name of a unit by its id. */
export function notRunReason(outcome: UnitOutcome<unknown>, nameOf: (id: string) => string): string | undefined {
  if (outcome.result === "skipped") {
    const cause = nameOf(outcome.cause);
    return outcome.reason === "dependency" ? `${cause} did not end well` : `nothing is started after ${cause} failed`;
  }
  return outcome.result === "cancelled" && outcome.error === undefined ? "the command was interrupted" : undefined;
}
