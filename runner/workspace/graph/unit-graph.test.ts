import { describe, expect, test } from "vitest";
import type { Problem } from "../../../contract/planton-error.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import { type Unit, unitId } from "../unit.js";
import { manifest, readUnits } from "./test-units.js";
import { buildGraph, unitLevels } from "./unit-graph.js";

const catalog = widgetCatalog();

interface Options {
  readonly resourceNames?: string;
  readonly isWhole?: boolean;
  readonly env?: string;
  readonly unread?: readonly { readonly kind: string; readonly name: string; readonly env?: string }[];
}

function graphOf(text: string, options: Options = {}) {
  return buildGraph({ catalog, resourceNames: "{name}", isWhole: true, units: readUnits(catalog, text), ...options });
}

/** Each problem as `code line path`. */
function faults(text: string, options: Options = {}): string[] {
  const { graph, problems } = graphOf(text, options);
  expect(graph === undefined).toBe(problems.length > 0);
  return problems.map(placeText);
}

function placeText({ code, position, path }: Problem): string {
  return `${code} ${position?.line} ${path}`;
}

const gadget = manifest("TestGadget", "g");
const file = (...manifests: readonly string[]): string => manifests.join("\n---\n");

describe("edges", () => {
  test("come of references at every depth, in lists and maps, and of relationships", () => {
    const spec = [
      "parent: {valueFrom: {name: g}}",
      "friends: [{ref: {kind: TestGadget, name: g, fieldPath: status.outputs.serialNumber}}, {value: x}]",
      "parts: [{label: aa, owner: {value_from: {kind: TestGadget, name: h, field_path: height}}}]",
      "shelves: {1: {label: bb, owner: {valueFrom: {kind: TestGadget, name: i, fieldPath: gadget_id}}}}",
    ].join(", ");
    const relationships =
      "relationships: [{kind: TestGadget, name: j}, {kind: TestGadget, name: k, type: depends_on}, {kind: TestGadget, name: z, type: uses}]";
    const gadgets = ["h", "i", "j", "k"].map((name) => manifest("TestGadget", name));
    const { graph, problems } = graphOf(file(manifest("TestWidget", "w", spec, relationships), gadget, ...gadgets));
    expect(problems).toEqual([]);
    expect(graph?.edges).toEqual([
      { from: "TestWidget/w", to: "TestGadget/g", outputs: ["gadget_id", "serial_number"] },
      { from: "TestWidget/w", to: "TestGadget/h", outputs: ["height"] },
      { from: "TestWidget/w", to: "TestGadget/i", outputs: ["gadget_id"] },
      { from: "TestWidget/w", to: "TestGadget/j", outputs: [] },
      { from: "TestWidget/w", to: "TestGadget/k", outputs: [] },
    ]);
  });

  test("keep to the environment of the manifest, unless another is named", () => {
    const refers = (from: string) => `parent: {valueFrom: {name: g${from}}}`;
    const { graph } = graphOf(
      file(
        gadget,
        manifest("TestGadget", "g", "", "env: stg"),
        manifest("TestGadget", "g", "", "env: prd"),
        manifest("TestWidget", "own", refers(""), "env: stg"),
        manifest("TestWidget", "other", refers(", env: prd"), "env: stg"),
        manifest("TestWidget", "none", refers(', env: ""'), "env: stg"),
        manifest("TestWidget", "rel", "", "env: stg, relationships: [{kind: TestGadget, name: g}]"),
      ),
      { resourceNames: "{name}-{env}" },
    );
    expect(graph?.edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "TestWidget/stg/none TestGadget/g",
      "TestWidget/stg/other TestGadget/prd/g",
      "TestWidget/stg/own TestGadget/stg/g",
      "TestWidget/stg/rel TestGadget/stg/g",
    ]);
  });

  test.each(["stack: other", "project: p, stack: other"])("do not come of a reference to the outside: %s", (where) => {
    const { graph, problems } = graphOf(manifest("TestWidget", "w", `parent: {valueFrom: {name: g, ${where}}}`));
    expect(problems).toEqual([]);
    expect(graph?.edges).toEqual([]);
  });
});

test("units are sorted by level, then by id, whatever the order of the files", () => {
  const after = (...names: readonly string[]) =>
    `relationships: [${names.map((name) => `{kind: TestWidget, name: ${name}}`).join(", ")}]`;
  const manifests = [
    manifest("TestWidget", "a", "", after("c")),
    manifest("TestWidget", "b"),
    manifest("TestWidget", "c", "", after("d", "b")),
    manifest("TestWidget", "d"),
    manifest("TestWidget", "e", "", after("d")),
  ];
  for (const text of [file(...manifests), file(...[...manifests].reverse())]) {
    const { graph } = graphOf(text);
    expect(graph?.units.map(({ target }) => target.name).join("")).toBe("bdcea");
    const levels = graph === undefined ? [] : unitLevels(graph);
    expect(levels.map((units) => units.map(({ target }) => target.name).join(""))).toEqual(["bd", "ce", "a"]);
  }
});

describe("a target that does not exist", () => {
  const refers = (from: string) => manifest("TestWidget", "w", `parent: {valueFrom: {${from}}}`, "env: stg");
  const inPrd = manifest("TestGadget", "gate", "", "env: prd");
  const inStg = manifest("TestGadget", "gate", "", "env: stg");
  test.each<[name: string, text: string, place: string, hint: string]>([
    ["has a similar name", file(refers("name: gaet"), inStg), "1 spec.parent.valueFrom.name", 'did you mean "gate"?'],
    ["is in another environment", file(refers("name: gate"), inPrd), "1 spec.parent.valueFrom", "env: prd"],
    ["is in no environment", file(refers("name: g"), gadget), "1 spec.parent.valueFrom", 'env: ""'],
    [
      "is in another environment than the one named",
      file(refers("name: gate, env: dev"), inPrd),
      "1 spec.parent.valueFrom.env",
      "env: prd",
    ],
    [
      "is of another kind",
      file(refers("kind: TestGadget, name: w2"), manifest("TestWidget", "w2", "", "env: stg")),
      "1 spec.parent.valueFrom.kind",
      "kind: TestWidget",
    ],
    ["is nowhere", file(refers("name: something"), inStg), "1 spec.parent.valueFrom.name", "gate"],
  ])("and %s", (_name, text, place, hint) => {
    const { problems } = graphOf(text);
    expect(problems.map((problem) => placeText(problem).replace("E_REFERENCE_NOT_FOUND ", ""))).toEqual([place]);
    expect(problems[0]?.hint).toContain(hint);
  });

  test("is a fault of a relationship too, at its name", () => {
    const text = manifest("TestWidget", "w", "", "relationships: [{kind: TestGadget, name: g}]");
    expect(faults(text)).toEqual(["E_REFERENCE_NOT_FOUND 1 metadata.relationships[0].name"]);
  });

  test("is none of a part of a workspace, of another environment, and of one that has faults itself", () => {
    const text = refers("name: gate");
    expect(faults(text)).toHaveLength(1);
    expect(faults(text, { isWhole: false })).toEqual([]);
    expect(faults(text, { env: "stg" })).toHaveLength(1);
    expect(faults(refers("name: gate, env: prd"), { env: "stg" })).toEqual([]);
    expect(faults(text, { unread: [{ kind: "TestGadget", name: "gate" }] })).toEqual([]);
    expect(faults(text, { unread: [{ kind: "TestGadget", name: "gate", env: "stg" }] })).toEqual([]);
    expect(faults(text, { unread: [{ kind: "TestGadget", name: "gate", env: "prd" }] })).toHaveLength(1);
  });

  test("is one problem for all environments of a manifest", () => {
    const units = ["stg", "prd"].flatMap((env) =>
      readUnits(catalog, manifest("TestWidget", "w", "parent: {valueFrom: {name: g}}", `env: ${env}`)),
    );
    const { problems } = buildGraph({ units, catalog, resourceNames: "{name}-{env}", isWhole: true });
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/"stg".*"prd"/)]);
  });
});

test("the place is that of the wrong word", () => {
  const text = `\n${manifest("TestWidget", "w", "parent: {valueFrom: {name: lost}}")}`;
  const { position } = graphOf(text).problems[0] ?? {};
  expect(text.split("\n")[(position?.line ?? 0) - 1]?.slice((position?.column ?? 0) - 1)).toMatch(/^lost/);
});

describe("relationships", () => {
  test.each([
    ["to a kind that does not exist", "{kind: TestGadgt, name: g}", "E_KIND_UNKNOWN 1 metadata.relationships[0].kind"],
    ["to its own manifest", "{kind: TestWidget, name: w}", "E_REFERENCE_FORM 1 metadata.relationships[0].name"],
  ])("%s", (_name, relationship, expected) => {
    expect(faults(manifest("TestWidget", "w", "", `relationships: [${relationship}]`))).toEqual([expected]);
  });

  test("of other types change nothing and are not checked", () => {
    const text = manifest("TestWidget", "w", "", "relationships: [{kind: Anything, name: g, type: runs_on}]");
    expect(graphOf(text).graph?.edges).toEqual([]);
  });
});

describe("cycles", () => {
  const ring = (names: readonly string[]): string =>
    file(
      ...names.map((name, index) => {
        const next = names[(index + 1) % names.length];
        return manifest("TestWidget", name, "", `relationships: [{kind: TestWidget, name: ${next}}]`);
      }),
    );
  const pathsOf = (text: string): string[] => graphOf(text).problems.map(({ message }) => message.replace(/.*: /, ""));

  test("have the whole path, at the reference that closes them", () => {
    expect(faults(ring(["a", "b", "c"]))).toEqual(["E_REFERENCE_CYCLE 5 metadata.relationships[0].name"]);
    expect(pathsOf(ring(["c", "b", "a"]))).toEqual(["widget/a -> widget/c -> widget/b -> widget/a"]);
  });

  test("are found each, and what leads to one is in none", () => {
    const outside = manifest("TestWidget", "o", "", "relationships: [{kind: TestWidget, name: a}]");
    expect(pathsOf(file(outside, ring(["a", "b"]), ring(["x", "y"])))).toEqual([
      "widget/a -> widget/b -> widget/a",
      "widget/x -> widget/y -> widget/x",
    ]);
  });

  test("of one reference that goes back up are one", () => {
    const dependent = (name: string, ...names: readonly string[]) =>
      manifest(
        "TestWidget",
        name,
        "",
        `relationships: [${names.map((to) => `{kind: TestWidget, name: ${to}}`).join(", ")}]`,
      );
    const text = file(
      dependent("a", "net"),
      dependent("net", "pool"),
      dependent("pool", "a", "b"),
      dependent("b", "a"),
      dependent("top", "pool"),
    );
    expect(pathsOf(text)).toEqual(["widget/pool -> widget/a -> widget/net -> widget/pool"]);
  });

  test("that share a unit are two", () => {
    const middle = "relationships: [{kind: TestWidget, name: a}, {kind: TestWidget, name: c}]";
    const back = "relationships: [{kind: TestWidget, name: b}]";
    const text = file(
      manifest("TestWidget", "a", "", back),
      manifest("TestWidget", "b", "", middle),
      manifest("TestWidget", "c", "", back),
    );
    expect(pathsOf(text)).toEqual(["widget/a -> widget/b -> widget/a", "widget/b -> widget/c -> widget/b"]);
  });

  test("of many units show both ends", () => {
    const names = Array.from({ length: 60 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    expect(pathsOf(ring(names))[0]).toMatch(
      /^widget\/n00 -> .*widget\/n09 -> \.\.\. -> widget\/n50 .* -> widget\/n00$/,
    );
  });

  test("of references are reported with the other faults", () => {
    const refers = (name: string, to: string) =>
      manifest("TestWidget", name, `friends: [{valueFrom: {kind: TestWidget, name: ${to}, fieldPath: widget_id}}]`);
    const lost = manifest("TestWidget", "c", "parent: {valueFrom: {name: lost}}");
    expect(faults(file(refers("a", "b"), refers("b", "a"), lost))).toEqual([
      "E_REFERENCE_CYCLE 3 spec.friends[0].valueFrom.name",
      "E_REFERENCE_NOT_FOUND 5 spec.parent.valueFrom.name",
    ]);
  });
});

describe("two manifests that would own one resource at the vendor", () => {
  const sticker = (name: string, spec: string, metadata = "") => manifest("TestSticker", name, spec, metadata);
  const ofGadget = (gadgetName: string) => `gadget: {valueFrom: {name: ${gadgetName}}}`;
  const target = (kind: string, name: string, spec: string, credentials: string) =>
    `{target: ${manifest(kind, name, spec)}, provider_config: {${credentials}}}`;
  const widget = (name: string, credentials: string) => target("TestWidget", name, "widget_name: same", credentials);

  test.each<[name: string, text: string, path: string | undefined]>([
    [
      "one name",
      file(manifest("TestWidget", "a", "widget_name: same"), manifest("TestWidget", "same")),
      "metadata.name",
    ],
    [
      "one name of the spec",
      file(manifest("TestWidget", "a", "widget_name: same"), manifest("TestWidget", "b", "widgetName: same")),
      "spec.widgetName",
    ],
    [
      "one entry of credentials",
      file(widget("a", "credential_id: x"), widget("b", "credential_id: x")),
      "target.spec.widget_name",
    ],
    ["two entries of credentials", file(widget("a", "credential_id: x"), widget("b", "credential_id: y")), undefined],
    [
      "two secret URIs of credentials",
      file(widget("a", "api_key: 'env://A'"), widget("b", "api_key: 'env://B'")),
      undefined,
    ],
    [
      "one name in one scope",
      file(
        gadget,
        sticker("a", `print: p, ${ofGadget("g")}`),
        sticker("b", `print: p, gadget: {ref: {kind: TestGadget, name: g, fieldPath: status.outputs.gadgetId}}`),
      ),
      "spec.print",
    ],
    [
      "one name in two scopes",
      file(
        gadget,
        manifest("TestGadget", "h"),
        sticker("a", `print: p, ${ofGadget("g")}`),
        sticker("b", `print: p, ${ofGadget("h")}`),
      ),
      undefined,
    ],
    [
      "one name in two scopes that are literals",
      file(sticker("a", "print: p, gadget: x"), sticker("b", "print: p, gadget: y")),
      undefined,
    ],
    [
      "one import_id",
      file(manifest("TestGadget", "a", "", "import_id: i"), manifest("TestGadget", "b", "", "import_id: i")),
      "metadata.import_id",
    ],
  ])("%s", (_name, text, path) => {
    const { problems } = graphOf(text);
    expect(problems.map((problem) => `${problem.code} ${problem.path}`)).toEqual(
      path === undefined ? [] : [`E_WORKSPACE ${path}`],
    );
  });

  test("over all environments, by the names that the workspace gives", () => {
    const text = file(manifest("TestWidget", "w", "", "env: stg"), manifest("TestWidget", "w", "", "env: prd"));
    expect(faults(text, { resourceNames: "{name}-{env}" })).toEqual([]);
    expect(faults(text, { resourceNames: "{name}" })).toEqual(["E_WORKSPACE 3 metadata.name"]);
  });

  test("are one problem for all environments of a manifest", () => {
    const units = ["stg", "prd"].flatMap((env) => [
      ...readUnits(catalog, manifest("TestWidget", "a", "widget_name: same", `env: ${env}`), "a.yaml"),
      ...readUnits(catalog, manifest("TestWidget", "b", "widget_name: same", `env: ${env}`), "b.yaml"),
    ]);
    const { problems } = buildGraph({ units, catalog, resourceNames: "{name}-{env}", isWhole: true });
    expect(problems.map((problem) => problem.file)).toEqual(["a.yaml", "b.yaml"]);
  });

  test("never show credentials", () => {
    const { problems } = graphOf(file(widget("a", "api_key: hush"), widget("b", "api_key: hush")));
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("hush");
  });
});

/** Units that are copies of one, each after those that `after` gives; made without reading manifests. */
function copies(count: number, after: (index: number) => readonly number[]): readonly Unit[] {
  const [unit] = readUnits(catalog, manifest("TestWidget", "n0", "", "relationships: [{kind: TestWidget, name: n1}]"));
  const [relationship] = unit?.reading.metadata.relationships ?? [];
  if (unit === undefined || relationship === undefined) throw new Error("the manifest has no relationship");
  return Array.from({ length: count }, (_, index) => {
    const target = { kind: "TestWidget", name: `n${index}` };
    const relationships = after(index).map((to) => ({ ...relationship, name: `n${to}` }));
    const metadata = { ...unit.reading.metadata, name: target.name, relationships };
    return { ...unit, id: unitId(target), target, reading: { ...unit.reading, metadata } };
  });
}

describe("many units", () => {
  const build = (units: readonly Unit[]) => buildGraph({ units, catalog, resourceNames: "{name}", isWhole: true });
  const chain = (count: number, last: readonly number[]) =>
    copies(count, (index) => (index + 1 < count ? [index + 1] : last));

  test("in one chain", () => {
    const { graph } = build(chain(10_000, []));
    expect(graph?.units[0]?.target.name).toBe("n9999");
  });

  test("in one cycle", () => {
    expect(build(chain(10_000, [0])).problems.map(({ code }) => code)).toEqual(["E_REFERENCE_CYCLE"]);
  });

  test("in ten levels, each after all of a hundred below it", () => {
    const units = copies(1_000, (index) =>
      index < 100 ? [] : Array.from({ length: 100 }, (_, one) => Math.floor(index / 100) * 100 - 100 + one),
    );
    const { graph } = build(units);
    expect(graph?.edges).toHaveLength(90_000);
    expect(graph === undefined ? [] : unitLevels(graph).map(({ length }) => length)).toEqual(Array(10).fill(100));
  });

  test("with as many faults", () => {
    const { problems } = build(copies(1_000, (index) => [index + 5_000]));
    expect(problems).toHaveLength(1_000);
  });
});

test("two units with one id give no graph", () => {
  expect(graphOf(file(gadget, gadget)).graph).toBeUndefined();
});
