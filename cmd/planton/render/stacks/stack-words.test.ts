import { expect, test } from "vitest";
import { elapsedText, endText, type StacksCommand } from "./stack-words.js";
import { change, failed, succeeded, unchanged } from "./test-view.js";

test.each([
  [0, "0.0 s"],
  [3140, "3.1 s"],
  [9949, "9.9 s"],
  [9950, "10 s"],
  [59_499, "59 s"],
  [59_500, "1m00s"],
  [72_000, "1m12s"],
  [3_599_500, "1h00m"],
  [7_500_000, "2h05m"],
  [-5, "0.0 s"],
])("%i ms are %s", (ms, text) => {
  expect(elapsedText(ms)).toBe(text);
});

test.each<[StacksCommand, Parameters<typeof endText>[0], string]>([
  ["up", succeeded(change("create")), "created (1 resource, 2.0 s)"],
  ["up", succeeded(change("replace"), change("create", "b")), "replaced (2 resources, 2.0 s)"],
  ["preview", succeeded(change("delete")), "to delete (1 resource, 2.0 s)"],
  ["destroy", succeeded(change("delete")), "deleted (1 resource, 2.0 s)"],
  ["drift", succeeded(change("refresh")), "drifted (1 resource, 2.0 s)"],
  ["drift", unchanged, "without drift (2.0 s)"],
  ["up", failed("no\nway"), "failed (2.0 s): no\\nway [E_PULUMI]"],
  ["up", { result: "skipped", cause: "K/a", reason: "fail-fast" }, "skipped: nothing is started after db/a failed"],
  ["up", { result: "cancelled", error: undefined }, "not started: the command was interrupted"],
])("the end of %s %#: %j is %s", (command, outcome, text) => {
  expect(endText(outcome, { command, ranMs: 2000, nameOf: () => "db/a" })).toBe(text);
});
