import { expect, test } from "vitest";
import { cutText, padText, textWidth, wrapText } from "./fit-text.js";

test.each([
  ["orders", 6],
  ["", 0],
  ["日本", 4],
  ["e\u0301", 1],
  ["🚀", 2],
  ["é", 1],
])("%j takes %i columns", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ["orders", 6, "orders"],
  ["database-cluster", 10, "databas..."],
  ["database", 4, "data"],
  ["日本語日本語", 8, "日本..."],
  ["a b", 0, ""],
])("%j in %i columns is %j", (text, width, cut) => {
  expect(cutText(text, width)).toBe(cut);
  expect(textWidth(cutText(text, width))).toBeLessThanOrEqual(width);
});

test("text is padded by columns", () => {
  expect(padText("日", 4)).toBe("日  ");
  expect(padText("long", 2)).toBe("long");
});

test.each([
  ["  one two three", 10, ["  one two", "    three"]],
  ["  one  two   three", 9, ["  one", "    two", "    three"]],
  ["abcdefghijkl", 6, ["abcdef", "   ghi", "   jkl"]],
  ["short", undefined, ["short"]],
])("%j in %j columns", (text, width, lines) => {
  expect(wrapText(text, 4, width)).toEqual(lines);
});

test("nothing is lost or too long when text is wrapped, whatever the width", () => {
  const text = `  replace  db/orders  ${"x".repeat(50)} 日本語日本語 1 to replace (manifest changed)`;
  for (let width = 4; width < 120; width += 1) {
    const lines = wrapText(text, 11, width);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
  }
});
