import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readLogTail } from "./read-log-tail.js";

const folder = mkdtempSync(join(tmpdir(), "planton-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

test.each([
  ["a few lines", "a\nb\n", ["a", "b"]],
  ["no line break at the end", "a\r\nb", ["a", "b"]],
  ["nothing", "", []],
  ["more lines than are wanted", numbered(100).join("\n"), numbered(100).slice(-20)],
  ["more than is read", `${numbered(50_000).join("\n")}\n`, numbered(50_000).slice(-20)],
  ["one endless line", "x".repeat(100_000), []],
])("the last lines of %s", (_, text, lines) => {
  writeFileSync(join(folder, "a.log"), text);
  expect(readLogTail(join(folder, "a.log"), 20)).toEqual(lines);
});

test("what cannot be read has none", () => {
  expect(readLogTail(join(folder, "none.log"), 20)).toEqual([]);
  expect(readLogTail(folder, 20)).toEqual([]);
});
