import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { formatProblem } from "../../../runner/manifest/format-problem.js";
import type { Cli } from "../cli.js";
import { writeText } from "./write-text.js";

/** A function that writes a line to a stream of the process. */
export function writeLine(stream: "stdout" | "stderr"): (line: string) => void {
  return (line) => writeText(stream, `${line}\n`);
}

/** Shows an error: every problem with place and cure; the stack trace only when planton has a bug. */
export function writeError(error: unknown, cli: Pick<Cli, "err">): void {
  if (!isPlantonError(error)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    cli.err(`error: planton has a bug, please report it: ${text}`);
    return;
  }
  for (const problem of problemsOf(error)) cli.err(`${problem.severity}: ${formatProblem(problem)}`);
}

/** Shows warnings, one each. */
export function writeWarnings(warnings: readonly Problem[], cli: Pick<Cli, "err">): void {
  for (const warning of warnings) cli.err(`warning: ${formatProblem(warning)}`);
}
