import { describe, expect, test } from "vitest";
import { isPlantonError } from "../../../contract/planton-error.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import { dependentsOutside, selectUnits, type UnitSelection } from "./select-units.js";
import { manifest, readUnits } from "./test-units.js";
import { buildGraph } from "./unit-graph.js";

const catalog = widgetCatalog();
const after = (name: string): string => `relationships: [{kind: TestGadget, name: ${name}}]`;
const units = readUnits(
  catalog,
  [
    manifest("TestGadget", "base", "", "labels: {tier: low}"),
    manifest("TestGadget", "orders", "", `labels: {tier: mid, team: shop}, ${after("base")}`),
    manifest("TestWidget", "orders", "", `labels: {tier: high, team: ""}, ${after("orders")}`),
    manifest("TestWidget", "alone", "", "env: stg"),
  ].join("\n---\n"),
);
const { graph } = buildGraph({ units, catalog, resourceNames: "{name}", isWhole: true });
if (graph === undefined) throw new Error("the graph has faults");
const whole = graph;

function selected(selection: Partial<UnitSelection>): string[] {
  const all = { only: [], kinds: [], labels: [], withDependencies: false, ...selection };
  return [...selectUnits({ graph: whole, selection: all })].sort();
}

const ids = {
  base: "TestGadget/base",
  gadget: "TestGadget/orders",
  widget: "TestWidget/orders",
  alone: "TestWidget/stg/alone",
};

describe("selectUnits", () => {
  test.each<[name: string, selection: Partial<UnitSelection>, expected: readonly string[]]>([
    ["all", {}, [ids.base, ids.gadget, ids.widget, ids.alone]],
    ["a name", { only: ["orders"] }, [ids.gadget, ids.widget]],
    ["a short kind and name", { only: ["gadget/orders"] }, [ids.gadget]],
    ["a kind and name", { only: ["TestWidget/orders"] }, [ids.widget]],
    ["an id", { only: ["TestWidget/stg/alone"] }, [ids.alone]],
    ["a stack", { only: ["stg.widget.alone"] }, [ids.alone]],
    ["several names", { only: ["base", "alone"] }, [ids.base, ids.alone]],
    ["a kind", { kinds: ["TestGadget"] }, [ids.base, ids.gadget]],
    ["a short kind, and another", { kinds: ["gadget", "widget"] }, [ids.base, ids.gadget, ids.widget, ids.alone]],
    ["a name and a kind", { only: ["orders"], kinds: ["gadget"] }, [ids.gadget]],
    [
      "a name and its dependencies",
      { only: ["widget/orders"], withDependencies: true },
      [ids.base, ids.gadget, ids.widget],
    ],
    ["a label", { labels: ["tier=low"] }, [ids.base]],
    ["a label, with ==", { labels: ["tier == mid"] }, [ids.gadget]],
    ["an empty label", { labels: ["team="] }, [ids.widget]],
    ["another label", { labels: ["tier!=low"] }, [ids.gadget, ids.widget, ids.alone]],
    ["labels of a set", { labels: ["tier in (low, high)"] }, [ids.base, ids.widget]],
    ["labels of no set", { labels: ["tier notin (low,high)"] }, [ids.gadget, ids.alone]],
    ["a label's presence", { labels: ["team"] }, [ids.gadget, ids.widget]],
    ["a label's absence", { labels: ["!tier"] }, [ids.alone]],
    ["several labels in one", { labels: ["tier in (low,mid),team=shop"] }, [ids.gadget]],
    ["several labels", { labels: ["team", "tier!=mid"] }, [ids.widget]],
    ["a label and a name", { labels: ["team"], only: ["gadget/orders"] }, [ids.gadget]],
    ["a label that none has", { labels: ["tier=none"] }, []],
  ])("%s", (_name, selection, expected) => {
    expect(selected(selection)).toEqual(expected);
  });

  test.each<[name: string, selection: Partial<UnitSelection>, hint: string]>([
    ["an unknown name", { only: ["ordres"] }, '"orders"'],
    ["an unknown name with its kind", { only: ["gadget/odrers"] }, '"gadget/orders"'],
    ["an unknown stack", { only: ["stg.widget.alnoe"] }, '"stg.widget.alone"'],
    ["an unknown kind", { kinds: ["TestGadgte"] }, '"TestGadget"'],
    ["a kind that no manifest is of", { kinds: ["sticker"] }, "TestGadget"],
    ["a selector without an end", { labels: ["tier in (a"] }, "key in (a,b)"],
    ["a selector without a key", { labels: ["=a"] }, "key=value"],
    ["an empty selector", { labels: [""] }, "key=value"],
    ["a selector with an empty part", { labels: ["a,,b"] }, "key=value"],
  ])("refuses %s", (_name, selection, hint) => {
    expect(errorOf(selection)).toMatchObject({ code: "E_USAGE", hint: expect.stringContaining(hint) });
  });

  test("refuses all that is unknown at once", () => {
    const error = errorOf({ only: ["x", "base", "y"], kinds: ["z"], labels: ["(("] });
    expect(isPlantonError(error) && error.problems.map(({ code }) => code)).toEqual(Array(4).fill("E_USAGE"));
  });
});

function errorOf(selection: Partial<UnitSelection>): unknown {
  try {
    selected(selection);
  } catch (error) {
    return error;
  }
  return undefined;
}

test("dependents outside of a selection are the edges that lead into it", () => {
  const outside = (...inside: readonly string[]) =>
    dependentsOutside(whole, new Set(inside)).map(({ from, to }) => `${from} ${to}`);
  expect(outside(ids.base)).toEqual(["TestGadget/orders TestGadget/base"]);
  expect(outside(ids.base, ids.gadget)).toEqual(["TestWidget/orders TestGadget/orders"]);
  expect(outside(ids.widget, ids.alone)).toEqual([]);
});
