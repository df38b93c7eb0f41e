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

test("text is coloured only by the colours handed in", () => {
  const mark = (sign: string) => (text: string) => `${sign}${text}${sign}`;
  const colours = { red: mark("r"), yellow: mark("y"), dim: mark("d") };
  expect(problemLines([bare], "text", colours)).toEqual(["ywarning:y nothing to do [E_USAGE]"]);
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
