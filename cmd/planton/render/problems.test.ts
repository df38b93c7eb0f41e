import { expect, test } from "vitest";
import type { Problem } from "../../../contract/planton-error.js";
import { problemLines } from "./problems.js";

const whole: Problem = {
  code: "E_RULE_VIOLATED",
  severity: "error",
  file: "a,b/stack-input.yaml",
  position: { line: 7, column: 21 },
  path: "target.spec.node_count",
  message: "must be at most 100%\nof all",
  rule: "uint32.lte",
  hint: "use fewer",
};
const bare: Problem = { code: "E_USAGE", severity: "warning", message: "nothing to do" };

test("text has place, path, rule and hint where they are known", () => {
  expect(problemLines([bare], "text")).toEqual(["warning: nothing to do [E_USAGE]"]);
  expect(problemLines([{ ...whole, message: "too many" }], "text")).toEqual([
    "error: a,b/stack-input.yaml:7:21: target.spec.node_count: too many [uint32.lte]\n  hint: use fewer",
  ]);
});

test("JSON is one document with every key, also for no problems", () => {
  expect(JSON.parse(problemLines([], "json").join("\n"))).toEqual({ problems: [] });
  expect(JSON.parse(problemLines([whole, bare], "json").join("\n"))).toEqual({
    problems: [
      {
        file: "a,b/stack-input.yaml",
        line: 7,
        column: 21,
        path: "target.spec.node_count",
        code: "E_RULE_VIOLATED",
        severity: "error",
        message: "must be at most 100%\nof all",
        hint: "use fewer",
        rule: "uint32.lte",
      },
      {
        file: null,
        line: null,
        column: null,
        path: null,
        code: "E_USAGE",
        severity: "warning",
        message: "nothing to do",
        hint: null,
        rule: null,
      },
    ],
  });
});

test("GitHub's annotations are escaped", () => {
  expect(problemLines([whole, bare], "github")).toEqual([
    "::error file=a%2Cb/stack-input.yaml,line=7,col=21,title=E_RULE_VIOLATED::target.spec.node_count: must be at most 100%25%0Aof all [uint32.lte]%0Ahint: use fewer",
    "::warning title=E_USAGE::nothing to do",
  ]);
});

test("of many problems text shows fifty, the errors first of all, and how to see the rest; JSON has them all", () => {
  const many = [...Array<Problem>(60_000).fill(bare), ...Array<Problem>(3).fill({ ...whole, message: "too many" })];
  for (const format of ["text", "github"] as const) {
    const lines = problemLines(many, format);
    expect(lines).toHaveLength(51);
    expect(lines.filter((line) => line.includes("E_RULE_VIOLATED") || line.includes("uint32.lte"))).toHaveLength(3);
    expect(lines.at(-1)).toContain("59953");
    expect(lines.at(-1)).toContain("--format json");
  }
  expect(JSON.parse(problemLines(many, "json").join("\n")).problems).toHaveLength(60_003);
  expect(problemLines(many.slice(-50), "text")).toHaveLength(50);
});

const hostile: Problem = {
  ...whole,
  file: "a\n::error::b.yaml",
  path: "spec.\u202ename",
  message: 'expected "\u001b[31m\r\n##[error]\u200b", at most 100%\nof all',
  hint: "use fewer:\n  ::warning::x",
};

test("text has a line for the problem and those of the hint, whatever it quotes", () => {
  const [text = ""] = problemLines([hostile], "text");
  expect(text.split("\n")).toEqual([
    'error: a\\n::error::b.yaml:7:21: spec.\\u202ename: expected "\\x1b[31m\\r\\n#\\u0023[error]\\u200b", at most 100%\\nof all [uint32.lte]',
    "  hint: use fewer:",
    "  \\u003a:warning::x",
  ]);
});
