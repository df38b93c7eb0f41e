import { printable } from "../../../../contract/text/printable.js";
import type { ResourceChange } from "../../../../runner/pulumi/stack-changes.js";
import { notRunReason, outcomeError } from "../../../../runner/workspace/report/outcome-text.js";
import { actionIn } from "../../../../runner/workspace/report/report.js";
import type { UnitPlan } from "../../../../runner/workspace/run/plan-unit.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";

/** What a command does to its stacks; `preview` is also what comes before the question of another one. */
export type StacksCommand = "up" | "preview" | "destroy" | "refresh" | "drift";

/** What is seen of a stack that ended: a plan, or what was done. */
export interface StackData {
  readonly changes: readonly ResourceChange[];
  readonly sameCount: number;
  /** What a preview did not know. */
  readonly unknown?: UnitPlan["unknown"];
}

/** What a stack counts as in the last line; in its order. */
export const stackCounts = [
  "created",
  "updated",
  "unchanged",
  "drifted",
  "deleted",
  "failed",
  "skipped",
  "locked",
  "cancelled",
] as const;

/** One of {@link stackCounts}. */
export type StackCount = (typeof stackCounts)[number];

/** What a stack counts as. One that was replaced, or lost only some of its resources, was updated. */
export function countOf(outcome: UnitOutcome<StackData>, command: StacksCommand): StackCount {
  if (outcome.result !== "succeeded") return outcome.result;
  if (command === "drift") return "drifted";
  switch (stackAction(outcome.data)) {
    case "create":
      return "created";
    case "delete":
      return "deleted";
    case "none":
      return "unchanged";
    default:
      return "updated";
  }
}

/** What happens to a stack: as {@link actionIn}, but `delete` only when nothing of it stays. */
export function stackAction(data: StackData): UnitPlan["action"] {
  const action = actionIn(data);
  if (action === "delete" && data.sameCount > 0) return "update";
  // One whose preview did not know everything may change.
  return action === "none" && (data.unknown?.length ?? 0) > 0 ? "update" : action;
}

const done = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  none: "unchanged",
} as const;

/** How a stack ended, on one line that can be shown: `created (2 resources, 3.1 s)`. */
export function endText(outcome: UnitOutcome<StackData>, { command, ranMs, nameOf }: EndTextInput): string {
  const took = ranMs === undefined ? undefined : elapsedText(ranMs);
  const reason = notRunReason(outcome, nameOf);
  if (reason !== undefined) return `${outcome.result === "skipped" ? "skipped" : "not started"}: ${printable(reason)}`;
  if (outcome.result === "succeeded") {
    const { length } = outcome.data.changes;
    const resources = length === 0 ? undefined : countText(length, "resource");
    return `${succeededWord(outcome.data, command)}${inBrackets([resources, took])}`;
  }
  if (outcome.result === "unchanged") {
    return `${command === "drift" ? "without drift" : "unchanged"}${inBrackets([took])}`;
  }
  const error = outcomeError(outcome);
  return `${outcome.result}${inBrackets([took])}${error === undefined ? "" : `: ${printable(error.message)} [${error.code}]`}`;
}

/** What {@link endText} needs beside the outcome. */
interface EndTextInput {
  readonly command: StacksCommand;
  /** How long it ran; undefined when it did not. */
  readonly ranMs: number | undefined;
  /** Name of a unit by its id. */
  readonly nameOf: (id: string) => string;
}

function succeededWord(data: StackData, command: StacksCommand): string {
  if (command === "drift") return "drifted";
  const action = stackAction(data);
  if (command === "preview") return action === "none" ? "unchanged" : `to ${action}`;
  return done[action];
}

function inBrackets(parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? "" : ` (${known.join(", ")})`;
}

/** `1 stack`, `2 stacks`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `3 stacks: 2 created, 1 unchanged`, in the order of `counted`; `shown` gives what is written for a word. */
export function tallyText(
  words: readonly string[],
  counted: readonly string[],
  shown: (word: string) => string = (word) => word,
): string {
  const parts = counted.flatMap((word) => {
    const count = words.filter((one) => one === word).length;
    return count === 0 ? [] : [`${count} ${shown(word)}`];
  });
  return `${countText(words.length, "stack")}: ${parts.length === 0 ? "0 unchanged" : parts.join(", ")}`;
}

/** A time that has passed: `3.1 s`, `42 s`, `1m05s`, `1h02m`. */
export function elapsedText(elapsedMs: number): string {
  const seconds = Math.max(0, elapsedMs) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (count: number): string => String(count).padStart(2, "0");
  return whole < 3600
    ? `${Math.floor(whole / 60)}m${two(whole % 60)}s`
    : `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m`;
}

/** True for an outcome that stops what depends on it, and that the user has to see. */
export function isFailure({ result }: UnitOutcome<unknown>): boolean {
  return result === "failed" || result === "locked";
}
