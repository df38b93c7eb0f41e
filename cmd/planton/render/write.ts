import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { printableLines, printableOutput } from "../../../contract/text/printable.js";
import type { Cli } from "../cli.js";
import { problemLines } from "./problems.js";
import { isTerminal, writeText } from "./write-text.js";

/** ECMA-48's codes that begin and end what is shown so; a library for three of them would open standard output at load. */
const styles = { red: [31, 39], green: [32, 39], yellow: [33, 39], dim: [2, 22] } as const;

/** How text on a terminal is marked. */
export type Style = keyof typeof styles;

/** The text marked for a terminal; it may hold no marks itself. */
export function styled(style: Style, text: string): string {
  const [begin, end] = styles[style];
  return `\u001b[${begin}m${text}\u001b[${end}m`;
}

/** What writes lines to the streams of the process, see {@link Cli}; standard error is coloured on a terminal. */
export function lineWriters(env: Cli["env"]): Pick<Cli, "out" | "err"> {
  const isColoured = hasColours(env, isTerminal("stderr"));
  return {
    out: (line, form) => writeText("stdout", `${form === "exact" ? line : printableOutput(line)}\n`),
    err: (line) => {
      const lines = printableLines(line);
      writeText("stderr", `${isColoured ? colouredLines(lines) : lines}\n`);
    },
  };
}

/** True for a terminal that takes colours, unless the user wants none (no-color.org, read 2026-11). */
export function hasColours(env: Cli["env"], isTerminal: boolean): boolean {
  return isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** The lines with "error:" and "warning:" at their beginning in Pulumi's colours, and what to do about it dimmed. */
export function colouredLines(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const label = /^(error|warning):/.exec(first)?.[0];
  if (label === undefined) return text;
  const colour = label === "error:" ? "red" : "yellow";
  return [styled(colour, label) + first.slice(label.length), ...rest.map((line) => styled("dim", line))].join("\n");
}

/** Shows an error: its problems with place and cure; the stack trace only when planton has a bug. */
export function writeError(error: unknown, cli: Pick<Cli, "err">): void {
  if (!isPlantonError(error)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    cli.err(`error: planton has a bug, please report it: ${text}`);
    return;
  }
  for (const line of problemLines(problemsOf(error), "text")) cli.err(line);
}

/** Shows warnings, one each. */
export function writeWarnings(warnings: readonly Problem[], cli: Pick<Cli, "err">): void {
  for (const line of problemLines(warnings, "text")) cli.err(line);
}
