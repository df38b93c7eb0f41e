import { describe, expect, test } from "vitest";
import { widgetCatalog } from "../../../runner/testdata/widget-catalog.js";
import { manifest, readUnits } from "../../../runner/workspace/graph/test-units.js";
import type { UnitGraph } from "../../../runner/workspace/unit.js";
import { dotLines, mermaidLines } from "./graph-diagram.js";
import { graphLines } from "./graph-text.js";

const [unit] = readUnits(widgetCatalog(), manifest("TestGadget", "g"));
if (unit === undefined) throw new Error("there is no unit");
const gadget = unit;

/** Units with those names and environments, each after the one before it. */
function graphOf(
  targets: readonly { readonly name: string; readonly env?: string }[],
  outputs: readonly string[] = [],
) {
  const units = targets.map((own) => {
    const target = { kind: "TestGadget", ...own };
    return { ...gadget, id: `TestGadget/${own.env ?? ""}/${own.name}`, target };
  });
  const edges = units.slice(1).map(({ id }, index) => ({ from: id, to: units[index]?.id ?? "", outputs }));
  return { units, edges } satisfies UnitGraph;
}

const nasty = '"]; x -->|y| z <b>&amp;#quot;`\\ [{(\n%%{init: 1}%%';

describe("labels end where they should", () => {
  const graph = graphOf([{ name: nasty }, { name: "b" }], [nasty]);
  test.each([
    ["mermaid", mermaidLines(graph), /"(?:[^"'<>&`\\[\]{}|\n])*"/g],
    ["dot", dotLines(nasty, graph), /"(?:[^"'<>`\\[\]{}|\n]|&#\d+;)*"/g],
  ])("in %s", (format, lines, label) => {
    const syntax = lines.map((line) => line.replaceAll(label, "L"));
    const expected =
      format === "mermaid"
        ? ["flowchart LR", "  ID[L]", "  ID[L]", "  ID -->|L| ID"]
        : [
            "digraph L {",
            "  rankdir=LR;",
            "  node [shape=box];",
            "  ID [label=L];",
            "  ID [label=L];",
            "  ID -> ID [label=L];",
            "}",
          ];
    expect(syntax.map((line) => line.replaceAll(/gadget_[a-z0-9_]+/g, "ID"))).toEqual(expected);
  });

  test("and none begins an entity of its own", () => {
    expect(mermaidLines(graph).join("\n").replaceAll(/#\d+;/g, "")).not.toContain("#");
    expect(
      dotLines(nasty, graph)
        .join("\n")
        .replaceAll(/&#\d+;/g, ""),
    ).not.toMatch(/[&#]/);
  });
});

test("ids differ, also of names that are made of the same letters", () => {
  const lines = mermaidLines(graphOf([{ name: "a-b" }, { env: "a", name: "b" }, { name: "c" }]));
  const ids = lines.slice(1, 4).map((line) => line.trim().replace(/\[.*/, ""));
  expect([...ids].sort()).toEqual(["gadget_a_b", "gadget_a_b_2", "gadget_c"]);
});

test("text keeps to 80 columns", () => {
  const outputs = Array.from({ length: 20 }, (_, index) => `an_output_${index}`);
  const lines = graphLines(graphOf([{ name: "a" }, { name: "b" }], outputs));
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain(outputs.join(", "));
});
