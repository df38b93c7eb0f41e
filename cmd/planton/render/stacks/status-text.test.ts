import { expect, test } from "vitest";
import { type StatusRow, statusLines } from "./status-text.js";

const row = (stack: string, more: Partial<StatusRow> = {}): StatusRow => {
  return { stack, env: undefined, state: "applied", sinceMs: undefined, reason: undefined, ...more };
};

test("a table of stacks with their counts; environments only where there are any", () => {
  const sinceMs = Date.parse("2026-11-30T22:41:59Z");
  expect(statusLines([row("vpc/network", { sinceMs }), row("db/orders", { state: "pending", reason: "new" })])).toEqual(
    [
      "STACK        STATE    SINCE (UTC)       REASON",
      "vpc/network  applied  2026-11-30 22:41",
      "db/orders    pending                    new",
      "",
      "2 stacks: 1 applied, 1 pending",
    ],
  );
  expect(statusLines([row("vpc/a", { env: "stg" })])[0]).toMatch(/^ENV +STACK/);
});

test("no stacks are a line, and hostile text moves nothing", () => {
  expect(statusLines([])).toEqual(["0 stacks"]);
  expect(statusLines([row("a\u001b[2J", { reason: "b\nc" })])[1]).toBe("a\\x1b[2J  applied               b\\nc");
});
