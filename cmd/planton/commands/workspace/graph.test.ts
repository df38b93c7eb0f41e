import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterAll, describe, expect, test } from "vitest";
import { isPlantonError } from "../../../../contract/planton-error.js";
import { noTrace } from "../../../../contract/trace.js";
import { widgetCatalog } from "../../../../runner/testdata/widget-catalog.js";
import { manifest } from "../../../../runner/workspace/graph/test-units.js";
import type { Cli } from "../../cli.js";
import { addValidateCommand } from "../validate.js";
import { addGraphCommand } from "./graph.js";

const catalog = widgetCatalog();
const root = mkdtempSync(join(tmpdir(), "planton-graph-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const widget = manifest(
  "TestWidget",
  "front",
  "parent: {valueFrom: {name: base}}, friends: [{ref: {kind: TestGadget, name: base, fieldPath: serial_number}}]",
  "relationships: [{kind: TestGadget, name: other}], labels: {tier: web}",
);
const files: Readonly<Record<string, string>> = {
  "plain/front.yaml": widget,
  "plain/below/gadgets.yaml": `${manifest("TestGadget", "base")}\n---\n${manifest("TestGadget", "other")}`,
  "envs/planton.yaml": "name: shop\nenvironments: {stg: {}, prd: {}}\n",
  "envs/base.yaml": manifest("TestGadget", "base"),
  "envs/front.yaml": manifest("TestWidget", "front", "parent: {valueFrom: {name: base}}", "environments: [stg]"),
  "envs/across.yaml": manifest(
    "TestWidget",
    "across",
    "parent: {valueFrom: {name: base, env: prd}}",
    "environments: [stg]",
  ),
  "faults/lost.yaml": manifest("TestWidget", "lost", "parent: {valueFrom: {name: nowhere}}"),
  "faults/broken.yaml": manifest("TestGadget", "broken", "width: -1"),
  "faults/refers.yaml": manifest("TestWidget", "refers", "parent: {valueFrom: {name: broken}}"),
  "unknown/refers.yaml": manifest("TestWidget", "refers", "parent: {valueFrom: {name: nowhere}}"),
  "unknown/broken.yaml": "kind: TestGadget\nmetadata: {labels: {a: b}}\nspec: {}\n",
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function run(words: readonly string[], { cwd = root, stdin = "" } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const cli: Cli = {
    env: {},
    trace: noTrace,
    cwd,
    interactive: false,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readStdin: () => Promise.resolve(stdin),
    exit: () => undefined,
  };
  const program = new Command("planton");
  addGraphCommand(program, cli, { catalog });
  addValidateCommand(program, cli, { catalog });
  let error: unknown;
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (thrown) {
    error = thrown;
  }
  return { out: out.join("\n"), err: err.join("\n"), error };
}

async function codes(...words: readonly string[]): Promise<string[]> {
  const { error } = await run(words);
  return isPlantonError(error) ? error.problems.map(({ code, file, path }) => `${code} ${file} ${path}`) : [];
}

test.each([
  [["plain"], "plain"],
  [["-f", "plain", "--", "--target", "a"], "--target"],
])("words that belong to no flag are refused: %j", async (words, stray) => {
  expect((await run(["graph", ...words])).error).toMatchObject({
    code: "E_USAGE",
    message: expect.stringContaining(`"${stray}"`),
    hint: expect.stringContaining("-f"),
  });
});

describe("planton graph", () => {
  test("shows levels and what is taken", async () => {
    const { out, err } = await run(["graph", "-f", "plain"]);
    expect(out.split("\n")).toEqual([
      "level 1",
      "  gadget/base",
      "  gadget/other",
      "level 2",
      "  widget/front",
      "    <- gadget/base: gadget_id, serial_number",
      "    <- gadget/other",
    ]);
    expect(err).toBe("");
  });

  test("shows all environments, or one", async () => {
    const all = (await run(["graph", "-f", "envs"])).out.split("\n");
    expect(all).toEqual([
      "environment prd",
      "level 1",
      "  gadget/base",
      "",
      "environment stg",
      "level 1",
      "  gadget/base",
      "level 2",
      "  widget/across",
      "    <- gadget/base in prd: gadget_id",
      "  widget/front",
      "    <- gadget/base: gadget_id",
    ]);
    expect((await run(["graph", "-f", "envs", "--env", "prd"])).out.split("\n")).toEqual(all.slice(0, 3));
  });

  test("takes the current folder, and standard input", async () => {
    const here = await run(["graph"], { cwd: join(root, "plain") });
    expect(here.out).toBe((await run(["graph", "-f", "plain"])).out);
    expect((await run(["graph", "-f", "-"], { stdin: manifest("TestGadget", "g") })).out).toBe("level 1\n  gadget/g");
  });

  test.each<[words: readonly string[], units: readonly string[]]>([
    [["--only", "front"], ["TestWidget/front"]],
    [
      ["--only", "front", "--only", "gadget/other"],
      ["TestGadget/other", "TestWidget/front"],
    ],
    [
      ["--kind", "gadget"],
      ["TestGadget/base", "TestGadget/other"],
    ],
    [
      ["-l", "tier=web", "--with-dependencies"],
      ["TestGadget/base", "TestGadget/other", "TestWidget/front"],
    ],
  ])("selects: %s", async (words, units) => {
    const { out } = await run(["graph", "-f", "plain", "--format", "json", ...words]);
    const { units: found } = JSON.parse(out) as { readonly units: readonly { readonly id: string }[] };
    expect(found.map(({ id }) => id)).toEqual(units);
  });

  test("is JSON", async () => {
    const { out } = await run(["graph", "-f", "plain", "--format", "json"]);
    const gadget = { kind: "TestGadget", env: null, file: "plain/below/gadgets.yaml", level: 1 };
    expect(JSON.parse(out)).toEqual({
      version: 1,
      workspace: "plain",
      units: [
        { ...gadget, id: "TestGadget/base", name: "base", document: 0 },
        { ...gadget, id: "TestGadget/other", name: "other", document: 1 },
        {
          id: "TestWidget/front",
          kind: "TestWidget",
          name: "front",
          env: null,
          file: "plain/front.yaml",
          document: 0,
          level: 2,
        },
      ],
      edges: [
        { from: "TestWidget/front", to: "TestGadget/base", outputs: ["gadget_id", "serial_number"] },
        { from: "TestWidget/front", to: "TestGadget/other", outputs: [] },
      ],
    });
  });

  test("is a diagram", async () => {
    expect((await run(["graph", "-f", "plain", "--format", "mermaid"])).out.split("\n")).toEqual([
      "flowchart LR",
      '  gadget_base["gadget/base"]',
      '  gadget_other["gadget/other"]',
      '  widget_front["widget/front"]',
      '  widget_front -->|"gadget_id, serial_number"| gadget_base',
      "  widget_front --> gadget_other",
    ]);
    expect((await run(["graph", "-f", "plain", "--format", "dot"])).out.split("\n")).toEqual([
      'digraph "plain" {',
      "  rankdir=LR;",
      "  node [shape=box];",
      '  gadget_base [label="gadget/base"];',
      '  gadget_other [label="gadget/other"];',
      '  widget_front [label="widget/front"];',
      '  widget_front -> gadget_base [label="gadget_id, serial_number"];',
      "  widget_front -> gadget_other;",
      "}",
    ]);
  });

  test("has the faults of manifests and of the graph at once, and none that follows from another", async () => {
    expect(await codes("graph", "-f", "faults")).toEqual([
      "E_DECODE_RANGE faults/broken.yaml spec.width",
      "E_REFERENCE_NOT_FOUND faults/lost.yaml spec.parent.valueFrom.name",
    ]);
  });

  test("does not say that a target is missing while a manifest has no name that is known", async () => {
    expect(await codes("graph", "-f", "unknown")).toEqual(["E_RULE_VIOLATED unknown/broken.yaml metadata.name"]);
  });

  test.each([
    ["--only", "frnot"],
    ["--kind", "TestWidgt"],
    ["-l", "a in"],
  ])("refuses %s %s", async (option, value) => {
    expect((await run(["graph", "-f", "plain", option, value])).error).toMatchObject({ code: "E_USAGE" });
  });
});

test("planton validate has the faults of the graph, of a part only what is certain", async () => {
  const found = async (path: string): Promise<unknown> =>
    JSON.parse((await run(["validate", "--format", "json", path])).out);
  expect(await found("faults/lost.yaml")).toEqual({ problems: [] });
  expect(await found("faults")).toMatchObject({
    problems: [{ code: "E_DECODE_RANGE" }, { code: "E_REFERENCE_NOT_FOUND", file: "faults/lost.yaml" }],
  });
});
