import { afterEach, expect, test } from "vitest";
import { openPlainView, type StacksView, type ViewInput } from "./plain-view.js";
import { change, createHeldClock, failed, succeeded, unchanged } from "./test-view.js";

const opened: StacksView[] = [];
afterEach(() => {
  for (const view of opened.splice(0)) view.close();
});

function open(count: number, more: Partial<ViewInput> = {}) {
  const stacks = Array.from({ length: count }, (_, index) => ({ id: `${index}`, name: `vpc/n-${index}`, after: [] }));
  const clock = createHeldClock();
  let text = "";
  const write = (part: string): void => {
    text += part;
  };
  const input = { stacks, clock, write, command: "up" as const, isVerbose: false, logOf: () => undefined, ...more };
  const view = openPlainView(input);
  opened.push(view);
  return { view, clock, lines: () => text.split("\n").slice(0, -1), unit: (index: number) => ({ id: `${index}` }) };
}

test("a line for each stack that ended, without any escape sequence", async () => {
  const { view, clock, lines, unit } = open(12, { logOf: () => ({ path: "/l", tail: ["::error::x", "\u001b[1mb"] }) });
  view.onEvent({ type: "started", unit: unit(0) });
  await clock.passMs(3100);
  view.onEvent({ type: "ended", unit: unit(0), outcome: succeeded(change("create"), change("create", "b")) });
  view.onEvent({ type: "started", unit: unit(1) });
  view.onEvent({ type: "ended", unit: unit(1), outcome: failed("no") });
  view.onEvent({ type: "ended", unit: unit(2), outcome: { result: "cancelled", error: undefined } });
  expect(lines()).toEqual([
    "[ 1/12] vpc/n-0 created (2 resources, 3.1 s)",
    "[ 2/12] vpc/n-1 failed (0.0 s): no [E_PULUMI]",
    "  | \\u003a:error::x",
    "  | b",
    "  log: /l",
    "[ 3/12] vpc/n-2 not started: the command was interrupted",
  ]);
});

test("of many stacks those that nothing happened to are shown only when that is asked for", () => {
  const skip = { result: "skipped", cause: "0", reason: "dependency" } as const;
  const shown = (isVerbose: boolean): number => {
    const { view, lines, unit } = open(21, { isVerbose });
    view.onEvent({ type: "ended", unit: unit(1), outcome: unchanged });
    view.onEvent({ type: "ended", unit: unit(2), outcome: skip });
    view.onEvent({ type: "ended", unit: unit(0), outcome: failed("no") });
    return lines().length;
  };
  expect(shown(false)).toBe(1);
  expect(shown(true)).toBe(3);
});

test("starts are shown only when that is asked for", () => {
  for (const isVerbose of [false, true]) {
    const { view, lines, unit } = open(1, { isVerbose });
    view.onEvent({ type: "started", unit: unit(0) });
    expect(lines()).toEqual(isVerbose ? ["vpc/n-0 started"] : []);
  }
});

test("after each minute without a line it says what runs, and nothing when nothing does", async () => {
  const { view, clock, lines, unit } = open(2);
  await clock.passMs(200_000);
  expect(lines()).toEqual([]);
  view.onEvent({ type: "started", unit: unit(0) });
  view.onEvent({ type: "step", unit: unit(0), resource: 'Vpc "a"' });
  await clock.passMs(130_000);
  expect(lines()).toHaveLength(2);
  expect(lines()[0]).toMatch(/^still running: vpc\/n-0 \(\d+ s|1m\d\ds, Vpc "a"\)$/);
  view.close();
  await clock.passMs(300_000);
  expect(lines()).toHaveLength(2);
});
