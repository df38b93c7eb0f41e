import { stripVTControlCharacters } from "node:util";
import { printable } from "../../../../contract/text/printable.js";
import { cutText, textWidth } from "../fit-text.js";
import type { StackProgress } from "./stack-progress.js";
import { endText, isFailure, type StacksCommand } from "./stack-words.js";

/** The log of one stack. */
export interface ShownLog {
  /** Path of the whole log. */
  readonly path: string;
  /** Its last lines, through the masker. */
  readonly tail: readonly string[];
}

/** How stacks that ended are shown. */
export interface EndedLinesOptions {
  readonly command: StacksCommand;
  /** `--verbose`: of many stacks those as well that nothing happened to. */
  readonly isVerbose: boolean;
  /** The log of a stack; undefined when there is none. */
  readonly logOf: (id: string) => ShownLog | undefined;
}

/** How many lines of the log of a failed stack are shown. */
export const shownLogLines = 20;

/** A long name leaves so many columns for what came of the stack; itself it has at least {@link shortestName}. */
const shownTextWidth = 40;
const shortestName = 16;

/** Of so many stacks each has a line, whatever came of it. */
const fewStacks = 20;

/**
 * Lines for a stack that ended: how, and of one that failed the end of its log. None for one of many that nothing happened
 * to. With a width no line is longer, but for the path of the log, which is to be copied.
 */
export function endedLines(
  id: string,
  progress: StackProgress,
  { command, isVerbose, logOf, width }: EndedLinesOptions & { readonly width: number | undefined },
): readonly string[] {
  const phase = progress.phaseOf(id);
  if (phase.type !== "ended") return [];
  const { outcome, ranMs } = phase;
  const { stacks, nameOf, endedCount } = progress;
  const isQuiet = outcome.result === "unchanged" || outcome.result === "skipped" || ranMs === undefined;
  if (isQuiet && !isVerbose && stacks.length > fewStacks && !isFailure(outcome)) return [];
  const place = `[${String(endedCount()).padStart(String(stacks.length).length)}/${stacks.length}]`;
  const text = endText(outcome, { command, ranMs, nameOf });
  const cut = (line: string): string => (width === undefined ? line : cutText(line, width));
  const name = printable(nameOf(id));
  const room = width === undefined ? undefined : width - place.length - 2 - Math.min(textWidth(text), shownTextWidth);
  const line = cut(`${place} ${room === undefined ? name : cutText(name, Math.max(room, shortestName))} ${text}`);
  const log = outcome.result === "failed" ? logOf(id) : undefined;
  if (log === undefined) return [line];
  const tail = log.tail.slice(-shownLogLines).map((part) => cut(`  | ${logText(part)}`));
  return [line, ...tail, `  log: ${printable(log.path)}`];
}

/** A line of a log without colours and tabs. */
function logText(line: string): string {
  return printable(stripVTControlCharacters(line).replaceAll("\t", "    ").trimEnd());
}
