import { isPlantonError } from "../../../contract/planton-error.js";
import { printable } from "../../../contract/text/printable.js";

/** The message of an error with what to do about it, for the list of what is not finished. */
export function reasonOf(error: unknown): string {
  if (!isPlantonError(error)) return printable(error instanceof Error ? error.message : String(error));
  return `${printable(error.message)}\nhint: ${error.hint}`;
}
