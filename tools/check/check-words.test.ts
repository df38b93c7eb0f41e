import { expect, test } from "vitest";
import { wordProblem } from "./check-words.js";

const texts = new Map([
  ["a.ts", "// It tells.\n\n// It told.\n"],
  ["b.md", "told\n"],
]);
const told = { word: "told", pattern: /\b(told|tells)\b/g, use: "reports" };

test("accepts exactly as many uses as allowed", () => {
  expect(wordProblem({ ...told, allowed: 3 }, texts)).toBeUndefined();
});

test("names each place and the word to use when there are more", () => {
  const lines = wordProblem({ ...told, allowed: 2 }, texts)?.split("\n");
  expect(lines?.map((line) => line.split(": use ")).slice(0, 3)).toEqual([
    ["a.ts:1", "reports"],
    ["a.ts:3", "reports"],
    ["b.md:1", "reports"],
  ]);
});

test("asks for a lower number when there are fewer", () => {
  expect(wordProblem({ ...told, allowed: 4 }, texts)).toContain("lower the number");
});
