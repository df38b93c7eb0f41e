import { describe, expect, test } from "vitest";
import type { WorkspaceReading } from "./load-workspace.js";
import { load, short, targetOf, widget } from "./test-workspace.js";

const overlaid = (overlay: string, base: string, extra: Readonly<Record<string, string>> = {}): WorkspaceReading =>
  load({
    "planton.yaml": "name: shop\nenvironments: {stg: {}, prd: {}}\n",
    "w.yaml": base,
    "overlays/stg/w.yaml": overlay,
    ...extra,
  });

/** An overlay of the widget "w" whose spec begins on line 4. */
const change = (...spec: readonly string[]): string =>
  `apiVersion: test.planton.dev/v1\nkind: TestWidget\nmetadata: {name: w}\nspec:\n${spec.map((line) => `  ${line}\n`).join("")}`;

/** What is different in stg, by the names of generated code. */
function specIn(reading: WorkspaceReading, env: string): Readonly<Record<string, unknown>> {
  return targetOf(reading.units.find(({ target }) => target.env === env && target.name === "w")).spec;
}

const literal = (value: string): object => ({ source: { case: "value", value } });

describe("what an overlay changes", () => {
  test.each<[name: string, base: readonly string[], overlay: readonly string[], spec: object]>([
    ["a scalar, and the rest stays", ["width: 1", "shift: 2"], ["width: 5"], { width: 5, shift: 2 }],
    ["what the manifest does not say", ["width: 1"], ["place: north"], { width: 1, place: "north" }],
    ["in the other key style", ["weight_grams: 1"], ["weightGrams: 2"], { weightGrams: 2n }],
    ["in the other key style, back", ["weightGrams: 1"], ["weight_grams: 2"], { weightGrams: 2n }],
    ["by an alias of the field", ['version: "1"'], ['widget_version: "2"'], { version: "2" }],
    ["by an alias of the value", ["colour: blue"], ["colour: crimson"], { colour: 1 }],
    [
      "a field of a message",
      ["core: {label: ab, count: 7}"],
      ["core: {count: 8}"],
      { core: expect.objectContaining({ label: "ab", count: 8 }) },
    ],
    [
      "a message that the manifest does not have",
      ["width: 1"],
      ["core: {label: ab}"],
      { core: expect.objectContaining({ label: "ab", count: 4 }) },
    ],
    ["keys of a map", ["notes: {a: b, c: d}"], ["notes: {c: e, f: g}"], { notes: { a: "b", c: "e", f: "g" } }],
    [
      "fields of a map's messages",
      ["shelves: {1: {label: ab, count: 7}, 2: {label: cd}}"],
      ["shelves: {1: {count: 8}}"],
      {
        shelves: {
          1: expect.objectContaining({ label: "ab", count: 8 }),
          2: expect.objectContaining({ label: "cd", count: 4 }),
        },
      },
    ],
    ["a list as a whole", ["tags: [a, b]"], ["tags: [c]"], { tags: ["c"] }],
    ["a list to none", ["tags: [a, b]"], ["tags: []"], { tags: [] }],
    [
      "a list of messages as a whole",
      ["parts: [{label: ab, count: 7}, {label: cd}]"],
      ["parts: [{label: ef}]"],
      { parts: [expect.objectContaining({ label: "ef", count: 4 })] },
    ],
    ["another member of a oneof", ["round: a"], ["square: b"], { shape: { case: "square", value: "b" } }],
    ["the same member of a oneof", ["round: a"], ["round: b"], { shape: { case: "round", value: "b" } }],
    [
      "a value to a reference",
      ["parent: g-1"],
      ["parent: {valueFrom: {kind: TestGadget, name: g, fieldPath: gadget_id}}"],
      { parent: { source: expect.objectContaining({ case: "valueFrom" }) } },
    ],
    [
      "a reference to a value",
      ["parent: {valueFrom: {name: g}}"],
      ["parent: {value: g-2}"],
      { parent: literal("g-2") },
    ],
    ["a reference by `ref` to a value", ["parent: {ref: {name: g}}"], ["parent: g-2"], { parent: literal("g-2") }],
    [
      "a reference as a whole",
      ["parent: {valueFrom: {name: g, field_path: serial_number}}"],
      ["parent: {ref: {name: h}}"],
      { parent: { source: { value: expect.not.objectContaining({ fieldPath: "serial_number" }) } } },
    ],
    ["null to the default", ["finish: rough"], ["finish: null"], { finish: "matt" }],
    ["null, written by an alias, to nothing", ['version: "1"'], ["widget_version:"], { version: "" }],
    ["null in a map", ["notes: {a: b, c: d}"], ["notes: {a: ~}"], { notes: { c: "d" } }],
    [
      "null in a message",
      ["core: {label: ab, count: 7}"],
      ["core: {count: null}"],
      { core: { count: 4, label: "ab" } },
    ],
    ["null for a list", ["tags: [a]", "width: 1"], ["tags: null"], { tags: [] }],
    ["null for a map", ["notes: {a: b}", "width: 1"], ["notes:"], { notes: {} }],
    ["null for what is not there", ["width: 1"], ["place: null"], { width: 1, place: "" }],
    ["null for a oneof's member", ["round: a"], ["round: null"], { shape: { case: undefined } }],
    ["null for the other member of a oneof", ["round: a"], ["square: null"], { shape: { case: "round", value: "a" } }],
  ])("%s", (_name, base, overlay, spec) => {
    const reading = overlaid(change(...overlay), widget("w", ...base));
    expect(reading.problems).toEqual([]);
    expect(specIn(reading, "stg")).toMatchObject(spec);
    const alone = load({ "w.yaml": widget("w", ...base) });
    const { metadata: _, ...target } = targetOf(reading.units.find(({ target: { env } }) => env === "prd"));
    expect(target).toMatchObject({ spec: targetOf(alone.units[0]).spec });
  });

  test("null for a message", () => {
    const reading = overlaid(change("core: null"), widget("w", "core: {label: ab}"));
    expect(reading.problems).toEqual([]);
    expect(specIn(reading, "stg")).not.toHaveProperty("core");
    expect(specIn(reading, "prd")).toHaveProperty("core");
  });

  const manifest = change("width: 1");
  const stackInput = (text: string, more = ""): string =>
    `target:\n${text
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}\n`)
      .join("")}${more}`;
  test.each([
    ["a manifest over a stack input", change("width: 5"), stackInput(manifest)],
    ["a stack input over a manifest", stackInput(change("width: 5")), manifest],
    ["a stack input over a stack input", stackInput(change("width: 5")), stackInput(manifest)],
    [
      "a second document",
      `${change("width: 6").replace("{name: w}", "{name: v}")}---\n${change("width: 5")}`,
      manifest,
    ],
  ])("%s", (_name, overlay, base) => {
    const reading = overlaid(overlay, base, { "v.yaml": widget("v") });
    expect(reading.problems).toEqual([]);
    expect(reading.units.filter(({ target }) => target.name === "w").map(({ target: { env } }) => env)).toEqual([
      "stg",
      "prd",
    ]);
    expect(specIn(reading, "stg")).toMatchObject({ width: 5 });
  });

  test("credentials and metadata", () => {
    const base = stackInput(
      manifest.replace("{name: w}", "{name: w, protect: true, labels: {a: b}}"),
      "provider_config: {api_key: abc}\n",
    );
    const overlay = stackInput(
      "kind: TestWidget\nmetadata: {name: w, protect: false, labels: {c: d}}",
      "provider_config: {api_key: null, credential_id: one}\n",
    );
    const reading = overlaid(overlay, base);
    expect(reading.problems).toEqual([]);
    const [stg] = reading.units;
    expect(targetOf(stg).metadata).toMatchObject({ protect: false, labels: { a: "b", c: "d" } });
    expect(stg?.reading.message).toMatchObject({ providerConfig: { credentialId: "one" } });
    expect(stg?.reading.message).not.toHaveProperty("providerConfig.apiKey", "abc");
  });

  test("a manifest whose name is that of its spec", () => {
    const reading = overlaid(change("width: 5"), "kind: TestWidget\nspec: {widget_name: w, width: 1}\n");
    expect(reading.problems).toEqual([]);
    expect(specIn(reading, "stg")).toMatchObject({ width: 5, widgetName: "w" });
  });

  test("the order of the merged keys is that of the message, so that nothing depends on who says what", () => {
    const one = overlaid(change("width: 5"), widget("w", "shift: 2"));
    const other = overlaid(change("shift: 2"), widget("w", "width: 5"));
    expect(specIn(one, "stg")).toEqual(specIn(other, "stg"));
  });
});

describe("what is wrong with an overlay", () => {
  const base = ["width: 1", "core: {label: ab}"];
  test.each<[name: string, overlay: string, problems: readonly string[]]>([
    ["an unknown field", change("widht: 1"), ["overlays/stg/w.yaml:5:3 E_DECODE_UNKNOWN_FIELD spec.widht"]],
    [
      "an unknown field, in a message",
      change("core: {lable: ab}"),
      ["overlays/stg/w.yaml:5:10 E_DECODE_UNKNOWN_FIELD spec.core.lable"],
    ],
    ["a value of another type", change("width: a"), ["overlays/stg/w.yaml:5:10 E_DECODE_TYPE spec.width"]],
    ["null in a list", change("tags: [null]"), ["overlays/stg/w.yaml:5:10 E_DECODE_NULL spec.tags[0]"]],
    ["a key twice", change("width: 2", "width: 3"), ["overlays/stg/w.yaml:6:3 E_LOAD_DUPLICATE_KEY spec.width"]],
    [
      "a field under two spellings",
      change("weightGrams: 2", "weight_grams: 3"),
      ["overlays/stg/w.yaml:6:3 E_DECODE_DUPLICATE_FIELD spec.weight_grams"],
    ],
    ["a rule, broken by the value", change("width: 101"), ["overlays/stg/w.yaml:5:10 E_RULE_VIOLATED spec.width"]],
    [
      "a rule across fields, at what the overlay says",
      change("colour: red", "width: 11"),
      ["overlays/stg/w.yaml:4:1 E_RULE_VIOLATED spec"],
    ],
    [
      "null on a required message",
      change().replace("spec:\n", "spec: null\n"),
      ["overlays/stg/w.yaml:4:1 E_RULE_VIOLATED spec"],
    ],
    [
      "null on a field whose rule wants more",
      change("core: {label: null}"),
      ["overlays/stg/w.yaml:5:10 E_RULE_VIOLATED spec.core.label"],
    ],
    [
      "another environment",
      change("width: 2").replace("{name: w}", "{name: w, env: prd}"),
      ["overlays/stg/w.yaml:3:26 E_OVERLAY metadata.env"],
    ],
    [
      "its own environment",
      change("width: 2").replace("{name: w}", "{name: w, env: stg}"),
      ["overlays/stg/w.yaml:3:26 E_OVERLAY metadata.env"],
    ],
    [
      "environments",
      change("width: 2").replace("{name: w}", "{name: w, environments: [stg]}"),
      ["overlays/stg/w.yaml:3:21 E_OVERLAY metadata.environments"],
    ],
    [
      "no environment",
      change("width: 2").replace("{name: w}", "{name: w, environments: null}"),
      ["overlays/stg/w.yaml:3:21 E_OVERLAY metadata.environments"],
    ],
    [
      "the apiVersion of another kind",
      change("width: 2").replace("test.planton.dev/v1", "other.planton.dev/v1"),
      ["overlays/stg/w.yaml:1:13 E_OVERLAY apiVersion"],
    ],
    [
      "a misspelt kind",
      change("width: 2").replace("TestWidget", "TestWidgt"),
      ["overlays/stg/w.yaml:2:7 E_OVERLAY kind"],
    ],
    [
      "a name that no manifest has",
      change("width: 2").replace("{name: w}", "{name: v}"),
      ["overlays/stg/w.yaml:3:18 E_OVERLAY metadata.name"],
    ],
    [
      "a kind that no manifest of that name has",
      change("width: 2").replace("TestWidget", "TestGadget"),
      ["overlays/stg/w.yaml:3:18 E_OVERLAY metadata.name"],
    ],
    ["no name", change("width: 2").replace("metadata: {name: w}\n", ""), ["overlays/stg/w.yaml:1:1 E_OVERLAY"]],
    [
      "no kind",
      change("width: 2").replace("kind: TestWidget\n", "").replace("  width: 2", "  what: 2"),
      ["overlays/stg/w.yaml:1:1 E_OVERLAY kind"],
    ],
    ["a list", "- a\n", ["overlays/stg/w.yaml:1:1 E_OVERLAY"]],
    [
      "a second one in its file",
      `${change("width: 2")}---\n${change("width: 3")}`,
      ["overlays/stg/w.yaml:9:18 E_OVERLAY metadata.name"],
    ],
    ["no YAML", "kind: [\n", ["overlays/stg/w.yaml:2:1 E_LOAD_YAML"]],
    [
      "one of kustomize",
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
      ["overlays/stg/w.yaml:1:1 E_OVERLAY"],
    ],
    ["one of another tool is passed over", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n", []],
    ["an empty one", "", []],
  ])("%s", (_name, overlay, problems) => {
    expect(overlaid(overlay, widget("w", ...base)).problems.map(short)).toEqual(problems);
  });

  test("a rule that only the merge breaks is at what the overlay says, one that is broken anyway where it was", () => {
    const reading = overlaid(change("colour: red"), widget("w", "width: 11"));
    expect(reading.problems.map(short)).toEqual(["overlays/stg/w.yaml:4:1 E_RULE_VIOLATED spec"]);
    expect(reading.units.map(({ id }) => id)).toEqual(["TestWidget/prd/w"]);
    const anyway = overlaid(change("shift: 1"), widget("w", "colour: red", "width: 11"));
    expect(anyway.problems.map(short)).toEqual(["w.yaml:4:1 E_RULE_VIOLATED spec"]);
    const named = overlaid(change("place: north"), widget("w", 'version: "2"', "token: abc"));
    expect(named.problems.map(short)).toEqual(["w.yaml:6:10 E_RULE_VIOLATED spec.token"]);
  });

  test("a second one in another file says where the first is", () => {
    const { problems } = overlaid(change("width: 2"), widget("w"), { "overlays/stg/v.yml": change("width: 3") });
    expect(problems.map(short)).toEqual(["overlays/stg/w.yaml:3:18 E_OVERLAY metadata.name"]);
    expect(problems[0]?.message).toContain('"overlays/stg/v.yml", line 3');
  });

  test("what is said about a value is at the overlay's place, about what it leaves as it was at the manifest's", () => {
    const lines = ["place: west", "phrase: short", "parent: {valueFrom: {name: g, fieldPath: gadgt_id}}"];
    const base = widget("w", "phrase: long enough", "parent: g-1", "shiny: true", "unused: a");
    expect(overlaid(change(...lines), base).problems.map(short)).toEqual([
      "overlays/stg/w.yaml:5:10 E_RULE_VIOLATED spec.place",
      "overlays/stg/w.yaml:6:11 E_RULE_VIOLATED spec.phrase",
      "overlays/stg/w.yaml:7:44 E_REFERENCE_OUTPUT spec.parent.valueFrom.fieldPath",
      "w.yaml:8:11 E_NOT_APPLIED spec.unused",
    ]);
  });

  test("a manifest that has one is a second one at its own name", () => {
    const { problems } = overlaid(change("width: 2"), widget("w"), { "x.yaml": widget("w") });
    expect(problems.map(short)).toEqual(["x.yaml:3:18 E_WORKSPACE metadata.name"]);
    expect(problems[0]?.message).toContain('"w.yaml", line 3');
  });

  test("nothing is said of a manifest that is not there while a file cannot be read", () => {
    const other = change("width: 2").replace("{name: w}", "{name: v}");
    for (const text of ["target: [\n", "kind: TestWidget\nspec: {width: 1}\n"]) {
      const { problems } = overlaid(other, widget("w"), { "v.yaml": text });
      expect(problems.map(({ code }) => code)).not.toContain("E_OVERLAY");
      expect(problems).not.toEqual([]);
    }
  });

  test("one for a manifest that is not for the environment", () => {
    for (const metadata of ["{name: w, environments: [prd]}", "{name: w, env: prd}"]) {
      const { problems } = overlaid(change("width: 2"), widget("w").replace("{name: w}", metadata));
      expect(problems.map(short)).toEqual(["overlays/stg/w.yaml:3:18 E_OVERLAY metadata.name"]);
    }
  });

  test("a fault is said once, however many manifests there are, and what follows from it is not said", () => {
    const incomplete = "kind: TestWidget\nmetadata: {name: u}\nspec: {core: {label: a}}\n";
    const { problems, units } = overlaid("kind: [\n", widget("w"), { "v.yaml": widget("v"), "u.yaml": incomplete });
    expect(problems.map(short)).toEqual([
      "overlays/stg/w.yaml:2:1 E_LOAD_YAML",
      "u.yaml:3:22 E_RULE_VIOLATED spec.core.label",
    ]);
    expect(problems[1]?.message).toMatch(/\(in prd\)$/);
    expect(units).toHaveLength(4);
  });

  test.each([
    ["a folder of no environment", "overlays/stgg/v.yaml"],
    ["no folder of an environment", "overlays/v.yaml"],
    ["a folder below that of an environment", "overlays/stg/more/v.yaml"],
  ])("one that lies in %s", (_name, path) => {
    const { problems } = overlaid("", widget("w"), { [path]: change("width: 2") });
    expect(problems.map(short)).toEqual([`${path}:1:1 E_OVERLAY`]);
  });

  test("a secret in it is not shown", () => {
    const { problems } = overlaid(change("token: hush-hush-hush-hush-hush", "key: hush"), widget("w"));
    expect(problems.map(short)).toEqual(["overlays/stg/w.yaml:5:10 E_RULE_VIOLATED spec.token"]);
    expect(JSON.stringify(problems)).not.toContain("hush");
  });
});
