import { writeSync } from "node:fs";
import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { problemText } from "../../../runner/problem-text.js";
import type { Cli } from "../cli.js";

/** A function that writes a line to a stream of the process. */
export function writeLine(stream: "stdout" | "stderr"): (line: string) => void {
  return (line) => writeText(stream, `${line}\n`);
}

/** Writes to the file descriptor, as opening node's stream takes time that a short command does not have. */
function writeText(stream: "stdout" | "stderr", text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(stream === "stdout" ? 1 : 2, bytes, written);
  } catch {
    // A pipe that is full or closed is the stream's to deal with: it waits, or ends the process as others end.
    process[stream].write(bytes.subarray(written));
  }
}

/** Writes text to standard error as it is. */
export function writeRawError(text: string): void {
  process.stderr.write(text);
}

/** Shows an error: every problem with place and cure; the stack trace only when planton has a bug. */
export function writeError(error: unknown, cli: Pick<Cli, "err">): void {
  if (!isPlantonError(error)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    cli.err(`error: planton has a bug, please report it: ${text}`);
    return;
  }
  for (const problem of problemsOf(error)) cli.err(`${problem.severity}: ${problemText(problem)}`);
}

/** Shows warnings, one each. */
export function writeWarnings(warnings: readonly Problem[], cli: Pick<Cli, "err">): void {
  for (const warning of warnings) cli.err(`warning: ${problemText(warning)}`);
}
