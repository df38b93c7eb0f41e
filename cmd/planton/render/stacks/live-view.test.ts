import { afterEach, describe, expect, test } from "vitest";
import { openLiveView } from "./live-view.js";
import type { StacksView, ViewInput } from "./plain-view.js";
import type { ViewedStack } from "./stack-progress.js";
import { change, createHeldClock, createScreen, failed, succeeded, unchanged } from "./test-view.js";

const opened: StacksView[] = [];
afterEach(() => {
  for (const view of opened.splice(0)) view.close();
});

function open(stacks: readonly ViewedStack[], size = { columns: 80, rows: 24 }, more: Partial<ViewInput> = {}) {
  const clock = createHeldClock();
  const screen = createScreen(size);
  const { write } = screen;
  const logOf = () => undefined;
  const input = { stacks, clock, write, command: "up" as const, isVerbose: false, isColoured: true, logOf, ...more };
  const view = openLiveView({ ...input, size: () => size });
  opened.push(view);
  return { clock, screen, view };
}

const network = { id: "Vpc/network", name: "vpc/network", after: [] };
const orders = { id: "Db/orders", name: "db/orders", after: ["Vpc/network"] };
const pool = { id: "Pool/app", name: "pool/app", after: ["Db/orders"] };

describe("a live view", () => {
  test("has a line for each stack that runs or waits, and a bar", async () => {
    const { clock, screen, view } = open([network, orders, pool]);
    view.onEvent({ type: "started", unit: network });
    view.onEvent({ type: "step", unit: network, resource: 'Vpc "network"' });
    await clock.passMs(72_000);
    expect(screen.lines()).toEqual([
      `${'  vpc/network  Vpc "network"'.padEnd(74)}1m12s`,
      "  db/orders    waiting for vpc/network",
      "  pool/app     waiting for db/orders",
      `${"[--------------------] 0/3  1 running, 2 waiting".padEnd(74)}1m12s`,
    ]);
    expect(screen.isCursorShown()).toBe(false);
  });

  test("puts stacks that ended above it, with the end of the log of one that failed", async () => {
    const tail = Array.from({ length: 25 }, (_, index) => `\u001b[31mline\u001b[0m ${index}`);
    const logOf = () => ({ path: "/logs/orders.log", tail });
    const { clock, screen, view } = open([network, orders, pool], undefined, { logOf });
    view.onEvent({ type: "started", unit: network });
    await clock.passMs(3100);
    view.onEvent({ type: "ended", unit: network, outcome: succeeded(change("create"), change("update")) });
    view.onEvent({ type: "started", unit: orders });
    await clock.passMs(1000);
    view.onEvent({ type: "ended", unit: orders, outcome: failed("no such region") });
    view.onEvent({
      type: "ended",
      unit: pool,
      outcome: { result: "skipped", cause: "Db/orders", reason: "dependency" },
    });
    await clock.passMs(200);
    const lines = screen.lines();
    expect(lines[0]).toBe("[1/3] vpc/network updated (2 resources, 3.1 s)");
    expect(lines[1]).toBe("[2/3] db/orders failed (1.0 s): no such region [E_PULUMI]");
    expect(lines.slice(2, 22)).toEqual(tail.slice(-20).map((_, index) => `  | line ${index + 5}`));
    expect(lines[22]).toBe("  log: /logs/orders.log");
    expect(lines[23]).toBe("[3/3] pool/app skipped: db/orders did not end well");
    expect(lines[24]).toMatch(/^ {2}db\/orders {2}failed/);
    expect(lines[25]).toMatch(/^\[#{20}\] 3\/3 {2}1 failed/);
  });

  test("ends clean when it is closed with stacks under way, and does not come back", async () => {
    const { clock, screen, view } = open([network, orders]);
    view.onEvent({ type: "started", unit: network });
    await clock.passMs(500);
    view.print(["stopping"]);
    view.close();
    view.close();
    view.onEvent({ type: "ended", unit: network, outcome: unchanged });
    await clock.passMs(5000);
    expect(screen.lines()).toEqual(["stopping"]);
    expect(screen.isCursorShown()).toBe(true);
  });

  test("is drawn at most ten times a second, and not at all while nothing changes", async () => {
    const { clock, screen, view } = open([network]);
    view.onEvent({ type: "started", unit: network });
    const before = screen.writes();
    for (let step = 0; step < 1000; step += 1) {
      view.onEvent({ type: "step", unit: network, resource: `Vpc "${step}"` });
      await clock.passMs(1);
    }
    expect(screen.writes() - before).toBeLessThanOrEqual(10);
    await clock.passMs(150);
    const idle = screen.writes();
    await clock.passMs(500);
    expect(screen.writes() - idle).toBeLessThanOrEqual(1);
  });

  test("of more stacks than lines shows those that run and failed, and counts the others", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ id: `${index}`, name: `vpc/n-${index}`, after: [] }));
    const { clock, screen, view } = open(many, { columns: 80, rows: 10 });
    const of = (index: number) => many[index] ?? network;
    view.onEvent({ type: "started", unit: of(97) });
    view.onEvent({ type: "started", unit: of(50) });
    view.onEvent({ type: "ended", unit: of(50), outcome: failed("no") });
    await clock.passMs(100);
    const frame = screen.lines().slice(-9);
    expect(frame.map((line) => line.trim().split(/ +/)[0])).toEqual([
      "vpc/n-0",
      "vpc/n-1",
      "vpc/n-2",
      "vpc/n-3",
      "vpc/n-4",
      "vpc/n-50",
      "vpc/n-97",
      "...",
      "[--------------------]",
    ]);
    expect(frame[7]).toBe("... and 93 more");
  });

  test("a stack that is run a second time is running again", async () => {
    const { clock, screen, view } = open([network]);
    for (let run = 0; run < 2; run += 1) {
      view.onEvent({ type: "started", unit: network });
      await clock.passMs(100);
      expect(screen.lines().at(-1)).toMatch(/ 0\/1 {2}1 running/);
      view.onEvent({ type: "ended", unit: network, outcome: succeeded(change("create")) });
      await clock.passMs(100);
      expect(screen.lines().at(-1)).toMatch(/ 1\/1 /);
    }
  });

  test.each([
    [80, 24],
    [40, 10],
    [20, 5],
    [7, 3],
    [2, 2],
  ])("never wraps a line of %i columns, whatever things are called, and stays clean", async (columns, rows) => {
    const hostile = "\u001b[2J\u001b[31mred\r\nnext\u0007日本語🚀\u202eltr".repeat(3);
    const stacks = Array.from({ length: 12 }, (_, index) => ({
      id: `${index}`,
      name: index % 2 === 0 ? hostile : `db/${"orders-".repeat(9)}`,
      after: index < 2 ? [] : [`${index - 2}`],
    }));
    const { clock, screen, view } = open(stacks, { columns, rows });
    for (const unit of stacks) {
      view.onEvent({ type: "started", unit });
      view.onEvent({ type: "step", unit, resource: `Vpc "${hostile}"` });
      await clock.passMs(1000);
      const outcome = Number(unit.id) % 3 === 0 ? failed(hostile) : succeeded(change("create"));
      view.onEvent({ type: "ended", unit, outcome });
      await clock.passMs(100);
    }
    expect(screen.hasWrapped()).toBe(false);
    view.close();
    expect(screen.lines()).toHaveLength(12);
    expect(screen.lines().join("")).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
