import { expect, test } from "vitest";
import { PlantonError } from "../../../../contract/planton-error.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import { type EndTextInput, endLines, lastLine } from "./end-text.js";
import type { StackData, StacksCommand } from "./stack-words.js";
import { change, failed, succeeded, unchanged } from "./test-view.js";

function input(outcomes: readonly UnitOutcome<StackData>[], command: StacksCommand = "up"): EndTextInput {
  const stacks = outcomes.map((_, index) => ({ id: `${index}`, name: `db/n${index}` }));
  const ends = new Map(outcomes.map((outcome, index) => [`${index}`, outcome]));
  return { command, stacks, ends, goOn: "planton up -f infra", width: 80 };
}

const skipped = (cause: number): UnitOutcome<StackData> => ({
  result: "skipped",
  cause: `${cause}`,
  reason: "dependency",
});
const interrupted = (code: "E_INTERRUPTED" | undefined): UnitOutcome<StackData> => ({
  result: "cancelled",
  error: code === undefined ? undefined : new PlantonError({ code, message: "interrupted" }),
});
const locked: UnitOutcome<StackData> = {
  result: "locked",
  error: new PlantonError({ code: "E_LOCKED", message: "held by ann" }),
};
const partly: UnitOutcome<StackData> = { result: "succeeded", data: { changes: [change("delete")], sameCount: 2 } };

test.each<[StacksCommand, readonly UnitOutcome<StackData>[], string]>([
  [
    "up",
    [succeeded(change("create")), succeeded(change("update")), unchanged],
    "3 stacks: 1 created, 1 updated, 1 unchanged",
  ],
  ["up", [succeeded(change("replace")), partly], "2 stacks: 2 updated"],
  ["up", [failed("x"), skipped(0), skipped(0)], "3 stacks: 1 failed, 2 skipped"],
  ["up", [locked, interrupted(undefined)], "2 stacks: 1 locked, 1 cancelled"],
  ["up", [unchanged], "1 stack: 1 unchanged"],
  ["up", [], "0 stacks: 0 unchanged"],
  ["destroy", [succeeded(change("delete")), unchanged], "2 stacks: 1 unchanged, 1 deleted"],
  ["drift", [succeeded(change("refresh")), unchanged], "2 stacks: 1 unchanged, 1 drifted"],
  ["refresh", [succeeded(change("refresh")), unchanged], "2 stacks: 1 updated, 1 unchanged"],
  ["preview", [succeeded(change("create")), unchanged], "2 stacks: 1 to create, 1 unchanged"],
])("the last line of %s counts %#: %s", (command, outcomes, line) => {
  expect(lastLine(input(outcomes, command))).toBe(line);
});

test("an error that several stacks have is said once, and what was skipped is named with its cause", () => {
  const lines = endLines(input([failed("a"), failed("b"), failed("a"), skipped(1), skipped(1)]));
  expect(lines).toEqual([
    "error: db/n0, db/n2: a [E_PULUMI]\n  hint: see the log",
    "error: db/n1: b [E_PULUMI]\n  hint: see the log",
    "skipped, as db/n1 did not end well: db/n3, db/n4",
    "5 stacks: 3 failed, 2 skipped",
  ]);
});

test("the problems of an error are shown with their places", () => {
  const problem = {
    code: "E_DECODE_TYPE",
    severity: "error",
    file: "a.yaml",
    position: { line: 3, column: 1 },
    message: "m",
  } as const;
  const error = new PlantonError({ code: "E_DECODE_TYPE", message: "2 problems", problems: [problem] });
  expect(endLines(input([{ result: "failed", error }]))[0]).toBe("error: db/n0: a.yaml:3:1: m [E_DECODE_TYPE]");
});

test("after an interruption it says what was under way, what was not started, and how to go on", () => {
  const lines = endLines(input([unchanged, interrupted("E_INTERRUPTED"), interrupted(undefined)]));
  expect(lines).toEqual([
    "interrupted under way: db/n1",
    "not started: db/n2",
    "to go on: planton up -f infra",
    "3 stacks: 1 unchanged, 2 cancelled",
  ]);
});

test("of very many only the first are named, and what is no PlantonError is a bug of planton", () => {
  const many = input(
    Array.from({ length: 1000 }, (_, index) => (index < 900 ? failed(`${index}`) : interrupted(undefined))),
  );
  const lines = endLines(many);
  expect(lines.length).toBeLessThan(40);
  expect(lines.at(-1)).toBe("1000 stacks: 900 failed, 100 cancelled");
  expect(endLines(input([{ result: "failed", error: new TypeError("x\u001b[2J") }]))[0]).toMatch(
    /x\\x1b\[2J \[E_INTERNAL\]/,
  );
});
