import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { type OwnedText, readOwnedText } from "../read-file-text.js";

/**
 * The text of a file that a project is made of, and its owner; undefined when there is none. `what` names its sort in
 * messages. Throws E_PROJECT_INVALID for what cannot be read: a pipe, a device, a folder, more than 1 MiB, no UTF-8.
 */
export function readProjectText(path: string, what: string): OwnedText | undefined {
  try {
    return readOwnedText({ file: path, cwd: "/" });
  } catch (cause) {
    if (!isPlantonError(cause)) throw cause;
    if (cause.code === "E_LOAD_NOT_FOUND") return undefined;
    const [problem] = cause.problems;
    throw new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `${what} "${path}" cannot be read: ${problem?.message ?? cause.message}`,
      hint: "make it a text file that you may read, or remove it",
      cause,
    });
  }
}
