import { isPlantonError } from "../../contract/planton-error.js";
import { redact } from "../../contract/text/redact.js";
import { formatProblem, shownProblems } from "../manifest/format-problem.js";
import { type PrepareRunDependencies, prepareRun } from "./prepare/prepare-run.js";
import type { ProgramDependencies } from "./program/execute-run.js";
import type { EngineLog, RunRequest } from "./run-request.js";
import { openEngineLog, showError } from "./serve/engine-log.js";

/** What the host is handed by its entry file. */
export interface HostDependencies extends PrepareRunDependencies, ProgramDependencies {}

/**
 * Serves one Run request; false when the run failed and the reason was shown. Whatever is wrong with the stack input, the
 * identity, the credentials or the account ends the run before a resource is registered: an empty program would delete
 * everything.
 */
export async function handleRun(request: RunRequest, dependencies: HostDependencies): Promise<boolean> {
  const { trace } = dependencies;
  const named = { stack: request.stack, preview: request.dryRun };
  const engine = openEngineLog(request.engineAddress);
  let secrets: readonly string[] = [];
  const log: EngineLog = (severity, message) => {
    const masked = redact(message, secrets);
    trace.event(severity, { message: masked });
    return engine.log(severity, masked);
  };
  try {
    const prepared = await trace.stage("prepare", named, () => prepareRun(request, dependencies, log));
    secrets = [...prepared.secrets.all, ...prepared.credentials.secrets];
    // planton has shown them before it started pulumi; here they would come with the preview and again with the update.
    const { shown, rest } = shownProblems(prepared.hasShownWarnings ? [] : prepared.reading.warnings);
    for (const line of [...shown.map(formatProblem), ...(rest === undefined ? [] : [rest])]) await log("warning", line);
    const { executeRun } = await import("./program/execute-run.js");
    return await trace.stage("program", named, async (note) => {
      const succeeded = await executeRun({ request, dependencies, prepared, secrets, log });
      note({ succeeded });
      return succeeded;
    });
  } catch (error) {
    if (!isPlantonError(error)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const masked = new Error();
      masked.stack = redact(text, secrets);
      throw masked;
    }
    await showError(error, log);
    return false;
  } finally {
    engine.close();
  }
}
