import { isPlantonError, type Problem, problemsOf } from "../../../../contract/planton-error.js";
import { formatProblem } from "../../../../runner/manifest/format-problem.js";
import { notRunReason, outcomeError } from "../../../../runner/workspace/report/outcome-text.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import { wrapText } from "../fit-text.js";
import type { ViewedStack } from "./stack-progress.js";
import { countOf, countText, type StackData, type StacksCommand, stackCounts, tallyText } from "./stack-words.js";

/** What {@link endLines} shows. */
export interface EndTextInput {
  readonly command: StacksCommand;
  /** Those that the command was about, in order, with orphans that were pruned. */
  readonly stacks: readonly Pick<ViewedStack, "id" | "name">[];
  /** By id. */
  readonly ends: ReadonlyMap<string, UnitOutcome<StackData>>;
  /** The command that goes on after an interruption. */
  readonly goOn: string;
  /** Most columns of lines that only list names; undefined: they are as long as they are. */
  readonly width: number | undefined;
}

/** A list names so many stacks; the others are counted, and are all in the report. */
const mostNames = 20;

/** So many errors are shown; the others are in the logs and in the report. */
const mostErrors = 20;

/**
 * What is said when a command ended, in lines for standard error: each error once with its stacks and what to do, what was
 * skipped and why, what an interruption left, and last how many stacks came to what.
 */
export function endLines(input: EndTextInput): readonly string[] {
  const { stacks, goOn } = input;
  const named = stacks.flatMap(({ id, name }) => {
    const outcome = input.ends.get(id);
    return outcome === undefined ? [] : [{ id, name, outcome }];
  });
  const errors = errorLines(named);
  const more = errors.length - mostErrors;
  const interrupted = named.filter(({ outcome }) => outcome.result === "cancelled");
  const underWay = interrupted.filter(({ outcome }) => "error" in outcome && outcome.error !== undefined);
  const notStarted = interrupted.filter((one) => !underWay.includes(one));
  return [
    ...errors.slice(0, mostErrors),
    ...(more > 0 ? [`${countText(more, "more error")} not shown; the report and the logs have them`] : []),
    ...skippedLines(named, input),
    ...listLines("interrupted under way", underWay, input),
    ...listLines("not started", notStarted, input),
    ...(interrupted.length === 0 ? [] : [`to go on: ${goOn}`]),
    lastLine(input),
  ];
}

/** `7 stacks: 2 created, 4 unchanged, 1 failed`. */
export function lastLine({ command, stacks, ends }: Pick<EndTextInput, "command" | "stacks" | "ends">): string {
  const words = stacks.map(({ id }) => {
    const outcome = ends.get(id);
    return outcome === undefined ? "skipped" : countOf(outcome, command);
  });
  return tallyText(words, stackCounts, (word) => (command === "preview" ? (planned[word] ?? word) : word));
}

/** What a preview says in place of what was done. */
const planned: Readonly<Record<string, string>> = {
  created: "to create",
  updated: "to update",
  deleted: "to delete",
};

interface NamedEnd {
  readonly id: string;
  readonly name: string;
  readonly outcome: UnitOutcome<StackData>;
}

/** What many stacks have in common, such as a token that has expired, is said once. */
function errorLines(ends: readonly NamedEnd[]): readonly string[] {
  const stacksOf = new Map<string, { problem: Problem; names: string[] }>();
  for (const { name, outcome } of ends) {
    if (outcome.result !== "failed" && outcome.result !== "locked") continue;
    for (const problem of problemsIn(outcome)) {
      const key = JSON.stringify(problem);
      const found = stacksOf.get(key) ?? { problem, names: [] };
      found.names.push(name);
      stacksOf.set(key, found);
    }
  }
  return [...stacksOf.values()].map(
    ({ problem, names }) => `${problem.severity}: ${listText(names, 3)}: ${formatProblem(problem)}`,
  );
}

function problemsIn(outcome: UnitOutcome<StackData>): readonly Problem[] {
  if (!("error" in outcome)) return [];
  if (isPlantonError(outcome.error)) return problemsOf(outcome.error);
  const error = outcomeError(outcome);
  return error === undefined
    ? []
    : [{ code: "E_INTERNAL", severity: "error", message: error.message, hint: error.hint }];
}

function skippedLines(ends: readonly NamedEnd[], input: EndTextInput): readonly string[] {
  const names = new Map(input.stacks.map(({ id, name }) => [id, name]));
  const byReason = new Map<string, NamedEnd[]>();
  for (const end of ends) {
    if (end.outcome.result !== "skipped") continue;
    const reason = notRunReason(end.outcome, (id) => names.get(id) ?? id) ?? "";
    byReason.set(reason, [...(byReason.get(reason) ?? []), end]);
  }
  return [...byReason].flatMap(([reason, skipped]) => listLines(`skipped, as ${reason}`, skipped, input));
}

function listLines(label: string, ends: readonly NamedEnd[], { width }: EndTextInput): readonly string[] {
  if (ends.length === 0) return [];
  const names = ends.map(({ name }) => name);
  return wrapText(`${label}: ${listText(names, mostNames)}`, 2, width);
}

/** `a, b and 3 more`. */
function listText(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return rest <= 0 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${rest} more`;
}
