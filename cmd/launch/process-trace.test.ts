import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Environment } from "../../runner/system/planton-home.js";
import { openProcessTrace } from "./process-trace.js";

let folder: string;
let shown: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "process-trace-"));
  shown = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function trace(env: Environment): void {
  openProcessTrace({ name: "test", env, show: (line) => shown.push(line) }).event("stage", { a: 1 });
}

const stageLine = /^\S+Z test\[\d+\] stage a=1$/;

test.each([{}, { PLANTON_DEBUG: "" }, { PLANTON_DEBUG: "0" }])("%j writes nothing", (env) => {
  expect(openProcessTrace({ name: "test", env, show: () => {} }).isOn).toBe(false);
});

test("PLANTON_DEBUG=1 shows lines", () => {
  trace({ PLANTON_DEBUG: "1" });
  expect(shown).toEqual([expect.stringMatching(stageLine)]);
});

test("PLANTON_DEBUG_DIR appends lines to a file for its user alone, in a folder that is made", () => {
  const dir = join(folder, "a", "b");
  trace({ PLANTON_DEBUG_DIR: dir });
  trace({ PLANTON_DEBUG_DIR: dir });
  const path = join(dir, "planton.log");
  expect(shown).toEqual([]);
  expect(readFileSync(path, "utf8").split("\n")).toEqual([
    expect.stringMatching(stageLine),
    expect.stringMatching(stageLine),
    "",
  ]);
  expect([statSync(dir), statSync(path)].map(({ mode }) => (mode & 0o777).toString(8))).toEqual(["700", "600"]);
});

test.each([
  ["a link", (path: string) => symlinkSync(join(folder, "elsewhere"), path)],
  ["a folder", (path: string) => mkdirSync(path)],
  [
    "a file that others may read",
    (path: string) => {
      writeFileSync(path, "");
      chmodSync(path, 0o644);
    },
  ],
])("%s in the file's place is not written to; that is said once and the lines go on", (_, make) => {
  writeFileSync(join(folder, "elsewhere"), "");
  const path = join(folder, "planton.log");
  make(path);
  trace({ PLANTON_DEBUG: "1", PLANTON_DEBUG_DIR: folder });
  expect(shown).toEqual([expect.stringContaining(`"${path}"`), expect.stringMatching(stageLine)]);
  expect(readFileSync(join(folder, "elsewhere"), "utf8")).toBe("");
});
