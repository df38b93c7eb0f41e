import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { areSuccessorsMade } from "./engine-events.js";

const folder = mkdtempSync(join(tmpdir(), "planton-events-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const begun = (op: string, urn = "a") => ({ resourcePreEvent: { metadata: { op, urn } } });
const ended = (op: string, urn = "a") => ({ resOutputsEvent: { metadata: { op, urn } } });

test.each([
  ["one is deleted to be replaced", [begun("delete-replaced")], false],
  ["its successor is still being made", [begun("create-replacement"), begun("delete-replaced")], false],
  ["another one is made", [ended("create-replacement", "b"), begun("delete-replaced")], false],
  ["its successor is made", [ended("create-replacement"), begun("delete-replaced")], true],
  ["its successor was made by an earlier run", [ended("same"), begun("delete-replaced")], true],
  ["one is superfluous", [begun("delete")], true],
])("the successors of what is deleted are made, where %s", (_what, events, expected) => {
  const path = join(folder, "events.ndjson");
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  expect(areSuccessorsMade(path)).toBe(expected);
});
