import { type PlantonError, problemsOf } from "../../contract/planton-error.js";
import { problemText } from "../problem-text.js";
import type { EngineLog } from "./engine-log.js";

/** Shows every problem of an error through the engine, one diagnostic each, in the text form of the command line. */
export async function showError(error: PlantonError, log: EngineLog): Promise<void> {
  for (const problem of problemsOf(error)) await log("error", problemText(problem));
}
