import { isPlantonError } from "../../../contract/planton-error.js";

/** The message of an error with what to do about it, for the list of what is not finished. */
export function reasonOf(error: unknown): string {
  if (!isPlantonError(error)) return error instanceof Error ? error.message : String(error);
  return `${error.message}\nhint: ${error.hint}`;
}
