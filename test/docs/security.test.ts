import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../support/kinds/kind-examples.js";

const page = readFileSync(join(projectRoot, "docs/security.md"), "utf8");
const promises = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:Promise|---) \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, promise = "", tests = ""]) => ({
    promise,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
  }));

test("every part of the page has promises", () => {
  expect(page.match(/^\| Promise \| Test \|$/gm)).toHaveLength(4);
  expect(promises.length).toBeGreaterThan(20);
});

test.each(promises)("$promise: is held by tests that exist", ({ tests }) => {
  expect(tests).not.toEqual([]);
  for (const file of tests) {
    expect(file).toMatch(/\.test\.ts$/);
    expect(existsSync(join(projectRoot, file)), file).toBe(true);
  }
});
