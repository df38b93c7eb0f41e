import { expect, test } from "vitest";
import { checkStackInput } from "../../../../runner/manifest/read-stack-input.js";
import { widgetCatalog } from "../../../../runner/testdata/widget-catalog.js";
import { type Unit, unitId, unitTarget } from "../../../../runner/workspace/unit.js";
import { openStackProgress, viewedStacks } from "./stack-progress.js";
import { change, failed, succeeded } from "./test-view.js";

const catalog = widgetCatalog();

function unit(name: string): Unit {
  const text = `{kind: TestGadget, metadata: {name: ${name}}, spec: {}}`;
  const reading = checkStackInput({ catalog, file: "a.yaml", text });
  const target = unitTarget(reading);
  return { id: unitId(target), target, reading, projectDir: "/w", stackInput: "a.yaml", documentIndex: 0 };
}

const units = ["a", "b", "c"].map(unit);
const edge = (from: string, to: string) => ({ from: `TestGadget/${from}`, to: `TestGadget/${to}`, outputs: [] });
const edges = [edge("b", "a"), edge("c", "a"), edge("c", "b"), edge("c", "elsewhere")];

test("stacks wait for what they depend on, the other way round for a destroy, and for nothing outside", () => {
  const after = (reverse: boolean) => viewedStacks(units, edges, { reverse }).map((stack) => stack.after);
  expect(after(false)).toEqual([[], ["TestGadget/a"], ["TestGadget/a", "TestGadget/b"]]);
  expect(after(true)).toEqual([["TestGadget/b", "TestGadget/c"], ["TestGadget/c"], []]);
});

test("what a stack waits for is the first that has not ended", () => {
  let nowMs = 0;
  const progress = openStackProgress(viewedStacks(units, edges, { reverse: false }), () => nowMs);
  const [a, b, c] = progress.stacks;
  if (a === undefined || b === undefined || c === undefined) throw new Error("three stacks");
  expect(progress.awaited(c)).toBe("gadget/a");
  progress.follow({ type: "started", unit: a });
  nowMs = 1500;
  progress.follow({ type: "step", unit: a, resource: "Vpc" });
  expect(progress.phaseOf(a.id)).toEqual({ type: "running", sinceMs: 0, resource: "Vpc" });
  progress.follow({ type: "ended", unit: a, outcome: succeeded(change("create")) });
  expect(progress.phaseOf(a.id)).toMatchObject({ type: "ended", ranMs: 1500 });
  expect(progress.awaited(c)).toBe("gadget/b");
  progress.follow({ type: "ended", unit: b, outcome: failed("x") });
  expect(progress.awaited(c)).toBeUndefined();
  expect(progress.endedCount()).toBe(2);
});
