import { describe, expect, test } from "vitest";
import { isPlantonError, type Problem } from "../../../contract/planton-error.js";
import { parseYaml } from "./parse-yaml.js";

function problemsIn(text: string): readonly Problem[] {
  try {
    return parseYaml({ file: "f.yaml", text }).problems;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    return error.problems;
  }
}

const short = ({ code, position }: Problem): string => `${code} ${position?.line ?? "-"}:${position?.column ?? "-"}`;

describe("faults of a document", () => {
  test.each<[name: string, text: string, expected: readonly string[]]>([
    ["nothing", "", ["E_LOAD_EMPTY -:-"]],
    ["only a comment", "# later\n", ["E_LOAD_EMPTY -:-"]],
    ["only a document marker", "---\n", ["E_LOAD_EMPTY -:-"]],
    ["tabs, each of them", "a:\n\tb: 1\n\tc: 2\n", ["E_LOAD_YAML 2:1", "E_LOAD_YAML 3:1"]],
    ["a tab, without what follows from it", "spec:\n\tregion: nyc3\n  size: 2\n", ["E_LOAD_YAML 2:1"]],
    ["a line indented less than its siblings", "spec:\n  a: 1\nb: c\n  d: 1\n  e: 2\n", ["E_LOAD_YAML 3:1"]],
    ["an unclosed quote", 'a: "b\nc: d\n', ["E_LOAD_YAML 3:1"]],
    ["a dedent to nowhere", "a:\n  b: 1\n c: 2\n", ["E_LOAD_YAML 3:1"]],
    ["a map in the middle of a line", "a: b: c\n", ["E_LOAD_YAML 1:4"]],
    ["an unknown tag", "a: !vault x\n", ["E_LOAD_YAML 1:4"]],
    ["two documents", "a: 1\n---\nb: 2\n", ["E_LOAD_MULTIPLE_DOCUMENTS 3:1"]],
    [
      "duplicate keys, all of them",
      "a: 1\nb: {c: 1, c: 2}\na: 3\n",
      ["E_LOAD_DUPLICATE_KEY 2:11", "E_LOAD_DUPLICATE_KEY 3:1"],
    ],
    ["duplicate keys with CRLF", "a: 1\r\na: 2\r\n", ["E_LOAD_DUPLICATE_KEY 2:1"]],
    ["a fault and a duplicate key", "a: 1\na: 2\nb: @x\n", ["E_LOAD_YAML 3:4", "E_LOAD_DUPLICATE_KEY 2:1"]],
    ["an alias without anchor", "a: *b\n", ["E_LOAD_YAML 1:4"]],
    ["an alias within its anchor", "a: &b {c: *b}\n", ["E_LOAD_ALIAS 1:11"]],
    ["too many levels in brackets", "[".repeat(400_000), ["E_LOAD_YAML 1:201"]],
    ["too many levels of lists", "- ".repeat(400_000), ["E_LOAD_YAML 1:400"]],
    ["101 levels, closed", `${"[".repeat(102)}${"]".repeat(102)}`, ["E_LOAD_YAML 1:102"]],
    ["too many values", `[${"a,".repeat(500_000)}]`, ["E_LOAD_TOO_LARGE -:-"]],
    ["two faults of one line, once", "a:\n   b: 1\n  c: 2\n    d: 3\n", ["E_LOAD_YAML 3:3"]],
    ["more than 1 MiB", `a: ${"x".repeat(1024 * 1024)}`, ["E_LOAD_TOO_LARGE -:-"]],
  ])("reports %s", (_name, text, expected) => {
    expect(problemsIn(text).map(short)).toEqual(expected);
  });

  test("says of a line indented less than its siblings that it is", () => {
    const [problem] = problemsIn("spec:\n  size: 1\nregion: nyc3\n  engine: pg\n");
    expect(problem?.message).toContain("indented less");
  });

  test("quotes no text of a file that may hold secrets", () => {
    const text = 'api_token: "dop_v1_marker" dop_v1_marker\nb: !x dop_v1_marker\nc: [dop_v1_marker\n';
    const problems = problemsIn(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain("marker");
  });

  test("refuses an alias bomb at once", () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const value = level === 0 ? "x" : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(9).fill(value).join(", ")}]`;
    });
    const startMs = performance.now();
    expect(problemsIn(levels.join("\n")).map(({ code }) => code)).toEqual(["E_LOAD_ALIAS"]);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  test("is done with as many keys as are read in bounded time", () => {
    const text = Array.from({ length: 25_000 }, (_, index) => `k${index}: 1`).join("\n");
    const startMs = performance.now();
    expect(problemsIn(text)).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  }, 30_000);
});

describe("empty documents", () => {
  test.each([
    ["at the end", "a: 1\n---\n"],
    ["at the end, with a comment", "a: 1\n---\n# nothing here\n"],
    ["several", "a: 1\n---\n---\n...\n"],
    ["before", "---\n---\na: 1\n"],
  ])("%s do not count", (_where, text) => {
    expect(parseYaml({ file: "f.yaml", text }).root).toMatchObject({ entries: [{ key: "a" }] });
  });

  test("do not hide a second document", () => {
    expect(problemsIn("a: 1\n---\n---\nb: 2\n").map(short)).toEqual(["E_LOAD_MULTIPLE_DOCUMENTS 4:1"]);
  });
});

describe("templates", () => {
  test.each([
    ["Helm", "a:\n  b: {{ .Values.b }}\n  c: {{ .Values.c }}\n  d: {{- .Values.d }}\n", "E_LOAD_YAML 2:6"],
    ["Jinja", "a: 1\n{% if b %}\nb: {{ b }}\n{% endif %}\n", "E_LOAD_YAML 2:1"],
  ])("%s give one problem that says so", (_tool, text, expected) => {
    const problems = problemsIn(text);
    expect(problems.map(short)).toEqual([expected]);
    expect(problems[0]?.message).toContain("template");
  });

  test("leave faults above them as they are", () => {
    expect(problemsIn("a: @x\nb: {{ .b }}\n").map(short)).toEqual(["E_LOAD_YAML 1:4", "E_LOAD_YAML 2:4"]);
  });

  test("in quotes are text", () => {
    expect(problemsIn('a: "{{ .b }}"\n')).toEqual([]);
  });
});

describe("values", () => {
  test.each<[yaml: string, value: unknown]>([
    ["16", 16n],
    ["1.10", 1.1],
    ["yes", "yes"],
    ["true", true],
    ["~", null],
    ["0o17", 15n],
    ["'16'", "16"],
    ["2026-01-31", "2026-01-31"],
    ["9007199254740993", 9007199254740993n],
  ])("reads %s by YAML 1.2's core schema", (yaml, value) => {
    const { root } = parseYaml({ file: "f.yaml", text: `a: ${yaml}\n` });
    expect(root).toMatchObject({ entries: [{ key: "a", value: { value, position: { line: 1, column: 4 } } }] });
  });

  test("keeps the source of a number, and resolves an alias", () => {
    const { root } = parseYaml({ file: "f.yaml", text: "a: &v 1.10\nb: *v\n" });
    expect(root).toMatchObject({
      entries: [{}, { key: "b", value: { source: "1.10", position: { line: 1, column: 7 } } }],
    });
  });
});
