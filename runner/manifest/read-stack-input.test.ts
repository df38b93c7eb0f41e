import { describe, expect, test } from "vitest";
import { isPlantonError, type Problem } from "../../contract/planton-error.js";
import { sha256 } from "../system/sha256.js";
import { widgetCatalog } from "../testdata/widget-catalog.js";
import {
  type CheckStackInputInput,
  checkStackInput,
  readStackInput,
  type StackInputReading,
} from "./read-stack-input.js";

const catalog = widgetCatalog();

type Options = Partial<Pick<CheckStackInputInput, "kind" | "fallback" | "checked">>;

function read(text: string, options: Options = {}): StackInputReading {
  return checkStackInput({ catalog, file: "f.yaml", text, ...options });
}

function problemsOf(text: string, options: Options = {}): readonly Problem[] {
  try {
    return read(text, options).warnings;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    return error.problems;
  }
}

/** `E_CODE line:column path`, with a W in front of warnings and the rule at the end. */
function short({ code, severity, position, path, rule }: Problem): string {
  const place = position === undefined ? "-" : `${position.line}:${position.column}`;
  const parts = [severity === "warning" ? "W" : "", code, place, path ?? "", rule === undefined ? "" : `[${rule}]`];
  return parts.filter((part) => part !== "").join(" ");
}

/** A manifest alone whose spec begins on line 4. */
const spec = (...lines: readonly string[]): string =>
  `kind: TestWidget\nmetadata: {name: w}\nspec:\n${lines.map((line) => `  ${line}\n`).join("")}`;

/** The spec of a message that was read. */
function specOf(text: string): Record<string, unknown> {
  const { target } = read(text).message as unknown as { target: { spec: Record<string, unknown> } };
  return target.spec;
}

describe("faults of values", () => {
  test.each<[name: string, lines: readonly string[], expected: readonly string[]]>([
    ["unknown field", ["widht: 3"], ["E_DECODE_UNKNOWN_FIELD 4:3 spec.widht"]],
    ["unknown field of a part", ["parts: [{lable: ab}]"], ["E_DECODE_UNKNOWN_FIELD 4:12 spec.parts[0].lable"]],
    ["a merge key", ["<<: {width: 3}"], ['E_DECODE_UNKNOWN_FIELD 4:3 spec["<<"]']],
    ["unquoted version", ["version: 16"], ["E_DECODE_TYPE 4:12 spec.version"]],
    ["unquoted version with a zero", ["widgetVersion: 1.10"], ["E_DECODE_TYPE 4:18 spec.widgetVersion"]],
    ["boolean for text", ["version: true"], ["E_DECODE_TYPE 4:12 spec.version"]],
    ["list for text", ["version: [a]"], ["E_DECODE_TYPE 4:12 spec.version"]],
    ["quoted number", ['width: "3"'], ["E_DECODE_TYPE 4:10 spec.width"]],
    ["number with unit", ["width: 3GiB"], ["E_DECODE_TYPE 4:10 spec.width"]],
    ["fraction for integer", ["width: 3.5"], ["E_DECODE_TYPE 4:10 spec.width"]],
    ["3.0 for integer", ["width: 3.0"], ["E_DECODE_TYPE 4:10 spec.width"]],
    ["map for integer", ["width: {a: 1}"], ["E_DECODE_TYPE 4:10 spec.width"]],
    ["negative uint32", ["width: -1"], ["E_DECODE_RANGE 4:10 spec.width"]],
    ["int32 over its range", ["shift: 2147483648"], ["E_DECODE_RANGE 4:10 spec.shift"]],
    ["int64 over its range", ["big: 9223372036854775808"], ["E_DECODE_RANGE 4:8 spec.big"]],
    ["negative uint64", ["bigger: -1"], ["E_DECODE_RANGE 4:11 spec.bigger"]],
    ["infinite float", ["share: 1e39"], ["E_DECODE_RANGE 4:10 spec.share"]],
    ["no number", ["ratio: much"], ["E_DECODE_TYPE 4:10 spec.ratio"]],
    ["yes", ["active: yes"], ["E_DECODE_TYPE 4:11 spec.active"]],
    ["quoted true", ['active: "true"'], ["E_DECODE_TYPE 4:11 spec.active"]],
    ["1 for true", ["active: 1"], ["E_DECODE_TYPE 4:11 spec.active"]],
    ["no base64", ['blob: "***"'], ["E_DECODE_TYPE 4:9 spec.blob"]],
    ["unknown enum value", ["colour: rde"], ["E_DECODE_ENUM 4:11 spec.colour"]],
    ["enum number", ["colour: 1"], ["E_DECODE_ENUM 4:11 spec.colour"]],
    ["unspecified enum value", ["colour: colour_unspecified"], ["E_DECODE_ENUM 4:11 spec.colour"]],
    ["enum as map", ["colour: {red: 1}"], ["E_DECODE_ENUM 4:11 spec.colour"]],
    ["empty value", ["width:"], ["E_DECODE_NULL 4:3 spec.width"]],
    ["null", ["colour: null"], ["E_DECODE_NULL 4:3 spec.colour"]],
    ["empty item", ["tags: [a, ~]"], ["E_DECODE_NULL 4:13 spec.tags[1]"]],
    ["empty message", ["core:"], ["E_DECODE_NULL 4:3 spec.core"]],
    ["one field twice", ["widget_name: a", "widgetName: b"], ["E_DECODE_DUPLICATE_FIELD 5:3 spec.widgetName"]],
    [
      "an alias and its field",
      ["version: a", "widget_version: b"],
      ["E_DECODE_DUPLICATE_FIELD 5:3 spec.widget_version"],
    ],
    ["two of a oneof", ["round: a", "square: b"], ["E_DECODE_ONEOF 5:3 spec.square"]],
    ["text for list", ["tags: a"], ["E_DECODE_TYPE 4:9 spec.tags"]],
    ["number in list of strings", ["tags: [a, 2]"], ["E_DECODE_TYPE 4:13 spec.tags[1]"]],
    ["text for message", ["core: a"], ["E_DECODE_TYPE 4:9 spec.core"]],
    ["list for map", ["notes: [a]"], ["E_DECODE_TYPE 4:10 spec.notes"]],
    ["number in map of strings", ['notes: {"a.b": 1}'], ['E_DECODE_TYPE 4:18 spec.notes["a.b"]']],
    ["key that is no number", ["shelves: {top: {label: ab}}"], ["E_DECODE_TYPE 4:13 spec.shelves.top"]],
    ["key that is no boolean", ["answers: {maybe: a}"], ["E_DECODE_TYPE 4:13 spec.answers.maybe"]],
    ["number for reference", ["parent: 5"], ["E_DECODE_TYPE 4:11 spec.parent"]],
    ["empty reference", ["parent: {}"], ["E_REFERENCE_FORM 4:11 spec.parent"]],
    ["value and ref", ["parent: {value: g-1, ref: {name: a}}"], ["E_DECODE_ONEOF 4:24 spec.parent.ref"]],
    [
      "ref and valueFrom",
      ["parent: {valueFrom: {name: a}, ref: {name: a}}"],
      ["E_DECODE_DUPLICATE_FIELD 4:34 spec.parent.ref"],
    ],
    [
      "wrong key in a reference",
      ["parent: {ref: {name: a, field: b}}"],
      ["E_DECODE_UNKNOWN_FIELD 4:27 spec.parent.ref.field"],
    ],
    ["duplicate key", ["width: 1", "width: 2"], ["E_LOAD_DUPLICATE_KEY 5:3 spec.width"]],
    ["broken rule", ["width: 101"], ["E_RULE_VIOLATED 4:10 spec.width [uint32.lte]"]],
    [
      "broken rule of an item",
      ["parts: [{label: ab}, {label: a}]"],
      ["E_RULE_VIOLATED 4:32 spec.parts[1].label [string.min_len]"],
    ],
    [
      "broken rule in a map",
      ["shelves: {7: {label: a}}"],
      ['E_RULE_VIOLATED 4:24 spec.shelves["7"].label [string.min_len]'],
    ],
    ["broken rule of a list", ["tags: [a, a]"], ["E_RULE_VIOLATED 4:3 spec.tags [repeated.unique]"]],
    ["broken rule of the spec", ["colour: red", "width: 11"], ["E_RULE_VIOLATED 3:1 spec [widget.big_and_red]"]],
    ["empty text reference", ['parent: ""'], ["E_RULE_VIOLATED 4:11 spec.parent [string.min_len]"]],
    [
      "reference without name",
      ["parent: {ref: {kind: TestGadget}}"],
      ["E_RULE_VIOLATED 4:12 spec.parent.ref.name [required]"],
    ],
  ])("%s", (_name, lines, expected) => {
    expect(problemsOf(spec(...lines)).map(short)).toEqual(expected);
  });

  test("all faults of a file come at once, in the order of the file, without what follows from others", () => {
    const text = spec("colour: rde", "width: 11", "shift: a", "tags: [x, x]", "widgt: 1", "core: {label: a}");
    expect(problemsOf(text).map(short)).toEqual([
      "E_DECODE_ENUM 4:11 spec.colour",
      "E_DECODE_TYPE 6:10 spec.shift",
      "E_RULE_VIOLATED 7:3 spec.tags [repeated.unique]",
      "E_DECODE_UNKNOWN_FIELD 8:3 spec.widgt",
      "E_RULE_VIOLATED 9:17 spec.core.label [string.min_len]",
    ]);
  });

  test.each<[line: string, hint: string]>([
    ["widht: 3", '"width"'],
    ["colour: crimsom", '"red"'],
    ["version: 1.10", '"1.10"'],
    ["active: no", "false"],
    ["shift: 1_000 GiB", "1000"],
    ['width: "3"', "3"],
    ["tags: a", "[a]"],
    ["parent: {ref: {name: a, field: b}}", '"field_path"'],
  ])("the hint for %s names the cure", (line, hint) => {
    expect(problemsOf(spec(line))[0]?.hint).toContain(hint);
  });

  test.each(["constructor", "toString", "__proto__"])("%s is no word for true or false", (word) => {
    expect(problemsOf(spec(`active: ${word}`))[0]).toMatchObject({
      code: "E_DECODE_TYPE",
      hint: "write true or false",
    });
  });

  test.each([
    "$" + "{TEST_KEY}",
    "<your-key>",
    "env:TEST_KEY",
    "changeme",
    '"a\\nb"',
    "\u043a\u043b\u044e\u0447",
  ])("a credential that is %s is refused with its place", (value) => {
    const text = `provider_config:\n  api_key: ${value}\ntarget:\n  ${spec("width: 1").trim().replaceAll("\n", "\n  ")}\n`;
    const problems = problemsOf(text);
    expect(problems.map(short)).toEqual(["E_CREDENTIALS_REFUSED 2:12 provider_config.api_key"]);
    expect(JSON.stringify(problems)).not.toContain(value);
  });

  test.each<[what: string, text: string, expected: readonly string[], hint: string]>([
    [
      "a key beside spec",
      "kind: TestWidget\nmetadata: {name: w}\nspec:\n  width: 1\nshift: 2\n",
      ["E_DECODE_UNKNOWN_FIELD 5:1 shift"],
      "it belongs into spec",
    ],
    [
      "a key beside its part",
      spec("core: {count: 1}", "label: ab"),
      ["E_DECODE_UNKNOWN_FIELD 5:3 spec.label"],
      "it belongs into core",
    ],
    [
      "a key two levels too far left",
      "target:\n  kind: TestWidget\n  metadata: {name: w}\n  spec: {width: 1}\nshift: 2\n",
      ["E_DECODE_UNKNOWN_FIELD 5:1 shift"],
      "it belongs into target.spec",
    ],
    [
      "all keys beside spec",
      "kind: TestWidget\nmetadata: {name: w}\nspec:\nwidth: 1\nshift: 2\n",
      ["E_DECODE_NULL 3:1 spec"],
      "indented below it",
    ],
  ])("%s is one problem that says where it belongs", (_what, text, expected, hint) => {
    const problems = problemsOf(text);
    expect(problems.map(short)).toEqual(expected);
    expect(problems[0]?.hint).toContain(hint);
  });

  test("values that are unfilled templates give one problem", () => {
    const problems = problemsOf(spec('width: "{{ .width }}"', 'colour: "{{ .colour }}"', "shift: a"));
    expect(problems.map(short)).toEqual(["E_LOAD_YAML 4:11", "E_DECODE_TYPE 6:10 spec.shift"]);
  });

  test("a template in a value that is good is text", () => {
    expect(problemsOf(spec('version: "{{ .version }}"'))).toEqual([]);
  });

  test("a suggestion is in the style of the file's keys", () => {
    expect(problemsOf(spec("widgetName: a", "weightGrms: 3"))[0]?.hint).toContain('"weightGrams"');
    for (const key of ["weight_grms", "weightgrms"])
      expect(problemsOf(`apiVersion: test.planton.dev/v1\n${spec(`${key}: 3`)}`)[0]?.hint).toContain('"weight_grams"');
    expect(problemsOf(spec("widget_name: a", "weight_grms: 3"))[0]?.hint).toContain('"weight_grams"');
  });

  test("as many unknown keys as are read are reported in bounded time", () => {
    const startMs = performance.now();
    expect(problemsOf(spec(...Array.from({ length: 20_000 }, (_, index) => `kx${index}: 1`))).length).toBe(20_000);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  }, 30_000);
});

describe("warnings", () => {
  test.each<[name: string, line: string, expected: readonly string[]]>([
    ["outside known values", "place: west", ["W E_RULE_VIOLATED 4:10 spec.place [known_values]"]],
    ["unusual form of a literal", "parent: vpc-1", ["W E_RULE_VIOLATED 4:11 spec.parent [expected_pattern]"]],
    [
      "unusual form, long way",
      "parent: {value: vpc-1}",
      ["W E_RULE_VIOLATED 4:19 spec.parent.value [expected_pattern]"],
    ],
    ["field without effect", "unused: a", ["W E_NOT_APPLIED 4:11 spec.unused"]],
    ["alias with a warning", "colour: rouge", ["W E_DECODE_ENUM 4:11 spec.colour"]],
    ["alias without one", "colour: crimson", []],
    ["known value", "place: north", []],
    ["usual form", "parent: g-12", []],
  ])("%s", (_name, line, expected) => {
    expect(problemsOf(spec(line)).map(short)).toEqual(expected);
  });
});

describe("values that are understood", () => {
  test("both key styles, aliases, and every type", () => {
    const decoded = specOf(
      spec(
        "widgetVersion: '1'",
        "colour: crimson",
        "width: 0xa",
        "shift: -3",
        'big: "-9223372036854775808"',
        "bigger: 18446744073709551615",
        "ratio: 2",
        "share: 0.5",
        "active: True",
        "blob: aGk=",
        "notes: {a.b/c: d}",
        "shelves: {7: {label: ab}}",
        "answers: {true: a, false: b}",
        "square: a",
      ),
    );
    expect(decoded).toMatchObject({
      version: "1",
      colour: 1,
      width: 10,
      shift: -3,
      big: -(2n ** 63n),
      bigger: 2n ** 64n - 1n,
      ratio: 2,
      share: 0.5,
      active: true,
      blob: new Uint8Array([104, 105]),
      notes: { "a.b/c": "d" },
      shelves: { 7: { label: "ab", count: 4 } },
      answers: { true: "a", false: "b" },
      shape: { case: "square", value: "a" },
    });
  });

  test("defaults fill what is left out, also within messages that are given, and nothing else", () => {
    const decoded = specOf(spec("parts: [{label: ab}, {label: cd, count: 0}]", "shiny: false"));
    expect(decoded).toMatchObject({
      frame: 2,
      shiny: false,
      weightGrams: 5_000_000_000n,
      slope: 0.5,
      finish: "matt",
      parts: [{ count: 4 }, { count: 0 }],
    });
    expect(decoded["core"]).toBeUndefined();
  });

  test.each<[name: string, line: string]>([
    ["ref", "parent: {ref: {kind: TestGadget, name: g, field_path: status.outputs.gadget_id}}"],
    ["valueFrom", "parent: {valueFrom: {kind: TestGadget, name: g, fieldPath: gadgetId}}"],
    ["value_from with the usual kind and output", "parent: {value_from: {name: g}}"],
  ])("a reference as %s", (_name, line) => {
    const [reference] = read(spec(line)).references;
    expect(reference).toMatchObject({
      kind: "TestGadget",
      name: "g",
      output: "gadget_id",
      path: "spec.parent",
      secret: false,
    });
    expect(reference?.env).toBeUndefined();
  });
});

describe("references", () => {
  test("are collected with literals, from lists and from within messages", () => {
    const { references } = read(
      spec(
        "parent: g-1",
        "friends: [a, {ref: {name: g, kind: TestGadget, fieldPath: serialNumber}}]",
        "core: {label: ab, owner: me}",
      ),
    );
    expect(references.map(({ path, field, output }) => [path, field.source.case, output])).toEqual([
      ["spec.parent", "value", "gadget_id"],
      ["spec.friends[0]", "value", ""],
      ["spec.friends[1]", "valueFrom", "serial_number"],
      ["spec.core.owner", "value", ""],
    ]);
  });

  test.each<[name: string, reference: string, env: string | undefined]>([
    ["the manifest's own by default", "{name: g}", "prod"],
    ["as given", "{name: g, env: dev}", "dev"],
    ["none, when given empty", '{name: g, env: ""}', undefined],
  ])("take the environment: %s", (_name, reference, env) => {
    const text = `kind: TestWidget\nmetadata: {name: w, env: prod}\nspec:\n  parent: {ref: ${reference}}\n`;
    expect(read(text).references[0]?.env).toBe(env);
  });

  test.each<[name: string, line: string, expected: string]>([
    ["an unknown kind", "parent: {ref: {kind: TestGagdet, name: g}}", "E_KIND_UNKNOWN 4:24 spec.parent.ref.kind"],
    [
      "an unknown output",
      "parent: {ref: {name: g, fieldPath: gadget}}",
      "E_REFERENCE_OUTPUT 4:38 spec.parent.ref.fieldPath",
    ],
    [
      "something else than an output",
      "parent: {ref: {name: g, fieldPath: metadata.name}}",
      "E_REFERENCE_FORM 4:38 spec.parent.ref.fieldPath",
    ],
    [
      "an output that is a list",
      "parent: {ref: {name: g, fieldPath: doors}}",
      "E_REFERENCE_OUTPUT 4:38 spec.parent.ref.fieldPath",
    ],
    [
      "an output that is a map",
      "parent: {ref: {name: g, field_path: status.outputs.dials}}",
      "E_REFERENCE_OUTPUT 4:39 spec.parent.ref.field_path",
    ],
    ["a secret", "parent: {ref: {name: g, fieldPath: pin}}", "E_REFERENCE_SECRET 4:38 spec.parent.ref.fieldPath"],
    [
      "a secret of a stack by its name",
      "parent: {ref: {name: g, stack: s, fieldPath: pin}}",
      "E_REFERENCE_SECRET 4:48 spec.parent.ref.fieldPath",
    ],
    ["no kind, where none is usual", "friends: [{ref: {name: g}}]", "E_REFERENCE_FORM 4:14 spec.friends[0].ref"],
    [
      "itself",
      "parent: {ref: {kind: TestWidget, name: w, fieldPath: widget_id}}",
      "E_REFERENCE_FORM 4:42 spec.parent.ref.name",
    ],
  ])("to %s are refused", (_name, line, expected) => {
    expect(problemsOf(spec(line)).map(short)).toEqual([expected]);
  });

  test("to an output that is a number are right", () => {
    expect(read(spec("parent: {ref: {name: g, fieldPath: height}}")).references[0]).toMatchObject({ output: "height" });
  });

  test("of a secret field may take a secret", () => {
    const line = "key: {ref: {kind: TestGadget, name: g, fieldPath: pin}}";
    expect(read(spec(line)).references[0]).toMatchObject({ output: "pin", secret: true });
  });

  test("to a stack by its name may take any output", () => {
    expect(read(spec("parent: {ref: {name: g, stack: s, fieldPath: other}}")).references[0]).toMatchObject({
      stack: "s",
      output: "other",
    });
  });
});

describe("kind and envelope", () => {
  const gadget = "target: {spec: {power: strong}}";
  test.each<[name: string, text: string, options: Options, kind: string, inferred: object]>([
    [
      "written in a stack input",
      "target: {kind: TestGadget, metadata: {name: g}, spec: {width: 1}}",
      {},
      "TestGadget",
      { kind: false, name: false },
    ],
    ["written in a manifest alone", spec("width: 1"), {}, "TestWidget", { kind: false, name: false }],
    ["inferred from the keys", "target: {spec: {widgetName: w}}", {}, "TestWidget", { kind: true, name: true }],
    [
      "inferred for a manifest alone",
      "metadata: {name: g}\nspec: {power: strong}",
      {},
      "TestGadget",
      { kind: true, name: false },
    ],
    [
      "given beside the file",
      "target: {metadata: {name: g}, spec: {width: 1}}",
      { kind: "TestGadget" },
      "TestGadget",
      { kind: false, name: false },
    ],
    [
      "recorded",
      "target: {metadata: {name: g}, spec: {width: 1}}",
      { fallback: { kind: "TestGadget" } },
      "TestGadget",
      { kind: false, name: false },
    ],
    [
      "written, whatever is recorded",
      spec("width: 1"),
      { fallback: { kind: "TestGadget" } },
      "TestWidget",
      { kind: false, name: false },
    ],
  ])("the kind is %s", (_name, text, options, kind, inferred) => {
    const reading = read(text, options);
    expect(reading.entry.kind).toBe(kind);
    expect(reading.inferred).toEqual(inferred);
    expect(reading.message).toMatchObject({ target: { kind, apiVersion: "test.planton.dev/v1" } });
  });

  test.each([
    ["red-one", "red-one"],
    ["RED_ONE_2", "red-one-2"],
    ["_RED", "red"],
    ["RED_", "red"],
    ["__RED__ONE__", "red-one"],
    ["_2_RED", "2-red"],
  ])("the name comes from the spec when there is no metadata: %s", (widgetName, name) => {
    expect(read(`target: {spec: {widget_name: ${widgetName}}}`).message).toMatchObject({
      target: { metadata: { name }, spec: { widgetName } },
    });
  });

  test.each(["_", "__", "_1", "_2_3_"])("no name comes from %s, and the error says what is needed", (widgetName) => {
    const [problem, ...more] = problemsOf(`target: {spec: {widget_name: ${widgetName}}}`);
    expect([problem?.code, problem?.path, more]).toEqual(["E_RULE_VIOLATED", "target.metadata.name", []]);
    expect(problem?.hint).toMatch(/^write metadata\.name:.* spec\.widget_name/);
  });

  test.each<[name: string, text: string, options: Options, expected: readonly string[]]>([
    [
      "unknown kind",
      "kind: TestWidgt\nmetadata: {name: w}\nspec: {widht: 1}",
      {},
      ["E_KIND_UNKNOWN 1:7 kind", "E_DECODE_UNKNOWN_FIELD 3:8 spec.widht"],
    ],
    [
      "kind in other letters",
      "kind: testwidget\nmetadata: {name: w}\nspec: {width: 1}",
      {},
      ["E_KIND_UNKNOWN 1:7 kind"],
    ],
    ["kind like no other", "kind: Deployment\nspec: {}", {}, ["E_KIND_UNKNOWN 1:7 kind"]],
    ["kind that is no text", "kind: 5\nspec: {}", {}, ["E_KIND_UNKNOWN 1:7 kind"]],
    ["keys of two kinds", "target: {spec: {width: 1}}", {}, ["E_KIND_MISSING 1:9 target.kind"]],
    ["keys of no kind", "target: {spec: {foo: 1, bar: 2}}", {}, ["E_KIND_MISSING 1:9 target.kind"]],
    [
      "a typo in keys that fit one kind",
      "target: {spec: {widget_name: w, activ: true, tags: []}}",
      {},
      ["E_DECODE_UNKNOWN_FIELD 1:33 target.spec.activ"],
    ],
    ["--kind of another kind", spec("width: 1"), { kind: "TestGadget" }, ["E_USAGE 1:7 kind"]],
    ["--kind that is unknown", "target: {spec: {width: 1}}", { kind: "Nothing" }, ["E_KIND_UNKNOWN -"]],
    ["no name", "target: {spec: {power: strong}}", {}, ["E_RULE_VIOLATED 1:1 target.metadata.name [required]"]],
    [
      "bad name from the spec",
      "target: {spec: {widget_name: Red_One}}",
      {},
      ["E_RULE_VIOLATED 1:30 target.spec.widget_name [metadata.name.format]"],
    ],
    [
      "a name of a variable that is too long for one of a manifest",
      `target: {spec: {widget_name: ${"A".repeat(64)}}}`,
      {},
      ["E_RULE_VIOLATED 1:30 target.spec.widget_name [metadata.name.format]"],
    ],
    [
      "other apiVersion",
      "apiVersion: test.example.com/v1\nkind: TestGadget\nmetadata: {name: g}\nspec: {width: 1}",
      {},
      ["E_KIND_API_VERSION 1:13 apiVersion"],
    ],
    [
      "apiVersion of an older name",
      "apiVersion: test.openmcf.org/v1\nkind: TestGadget\nmetadata: {name: g}\nspec: {width: 1}",
      {},
      ["W E_KIND_API_VERSION 1:13 apiVersion"],
    ],
    [
      "apiVersion of the oldest name",
      "api_version: test.project-planton.org/v1\nkind: TestGadget\nmetadata: {name: g}\nspec: {width: 1}",
      {},
      ["W E_KIND_API_VERSION 1:14 api_version"],
    ],
    ["no spec", "kind: TestGadget\nmetadata: {name: g}", {}, ["E_RULE_VIOLATED 1:1 spec [required]"]],
    ["a list", "- a", {}, ["E_DECODE_TYPE 1:1"]],
    ["a string", "hello", {}, ["E_DECODE_TYPE 1:1"]],
    ["a misspelt top key", `taget: ${gadget.slice(8)}`, {}, ["E_DECODE_UNKNOWN_FIELD 1:1 taget"]],
    [
      "a stranger beside target",
      "target: {spec: {power: a}, metadata: {name: g}}\nprovider: {}",
      {},
      ["E_DECODE_UNKNOWN_FIELD 2:1 provider"],
    ],
    ["target without value", "target:", {}, ["E_DECODE_NULL 1:1 target"]],
    ["target that is no map", "target: 5", {}, ["E_DECODE_TYPE 1:1 target"]],
    ["credentials alone", "provider_config: {api_key: a}", {}, ["E_KIND_MISSING 1:1"]],
  ])("%s", (_name, text, options, expected) => {
    expect(problemsOf(text, options).map(short)).toEqual(expected);
  });
});

describe("secrets", () => {
  test("every literal in a secret field is named for masking", () => {
    const text =
      "target: {kind: TestWidget, metadata: {name: w}, spec: {token: marker-1, key: marker-2}}\nprovider_config: {api_key: marker-3}";
    expect(read(text).secretValues.toSorted()).toEqual(["marker-1", "marker-2", "marker-3"]);
  });

  test("a reference in a secret field is none, but marked", () => {
    const reading = read(spec("key: {ref: {kind: TestGadget, name: marker, field_path: gadget_id}}"));
    expect(reading.secretValues).toEqual([]);
    expect(reading.references[0]?.secret).toBe(true);
  });

  test.each<[name: string, line: string]>([
    ["a broken rule", "token: marker-that-is-longer-than-20"],
    ["a list", "token: [marker]"],
    ["a number", "token: 7000000001"],
    ["a reference that is a number", "key: 7000000001"],
    ["a reference with a number", "key: {value: 7000000001}"],
  ])("no message quotes a secret: %s", (_name, line) => {
    const problems = problemsOf(spec(line));
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toMatch(/marker|7000000001/);
  });
});

describe("reading", () => {
  test("standard input stands for the file -", async () => {
    const reading = await readStackInput({
      catalog,
      file: "-",
      cwd: "/",
      readStdin: () => Promise.resolve(spec("width: 1")),
    });
    expect(reading.entry.kind).toBe("TestWidget");
    expect(reading.text).toBe(spec("width: 1"));
  });

  test("a missing file is an error", async () => {
    const input = { catalog, file: "none.yaml", cwd: "/nowhere", readStdin: () => Promise.resolve("") };
    await expect(readStackInput(input)).rejects.toMatchObject({ code: "E_LOAD_NOT_FOUND", exitCode: 64 });
  });
});

describe("a stack input that was checked before", () => {
  const broken = spec("width: 101");

  test("is not held against its rules again", () => {
    expect(problemsOf(broken).map(short)).toEqual(["E_RULE_VIOLATED 4:10 spec.width [uint32.lte]"]);
    expect(problemsOf(broken, { checked: new Set([sha256(broken, "TestWidget", "w")]) })).toEqual([]);
  });

  test("is, when it is another text by now", () => {
    const { digest } = read(spec("width: 3"));
    expect(problemsOf(broken, { checked: new Set([digest]) }).map(({ code }) => code)).toEqual(["E_RULE_VIOLATED"]);
  });

  test("is one that was found good, and none that was refused", () => {
    const checked = new Set<string>();
    expect(problemsOf(broken, { checked }).map(({ code }) => code)).toEqual(["E_RULE_VIOLATED"]);
    expect(checked.size).toBe(0);
    const { digest } = read(spec("width: 3"), { checked });
    expect([...checked]).toEqual([digest]);
  });
});
