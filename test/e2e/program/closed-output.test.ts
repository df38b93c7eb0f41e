import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

const planton = join(import.meta.dirname, "../../../bin/planton");

test.each([
  [["version"], "stdout", 0],
  [["kinds"], "stdout", 0],
  [["help"], "stdout", 0],
  [["kinds", "--help"], "stdout", 0],
  [["bogus"], "stderr", 64],
] as const)("%j whose %s nobody reads ends as ever", async (words, closed, code) => {
  const child = spawn(planton, words, { stdio: ["ignore", "pipe", "pipe"] });
  child[closed].destroy();
  let output = "";
  child[closed === "stdout" ? "stderr" : "stdout"].on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  expect(await once(child, "close")).toEqual([code, null]);
  expect(output).toBe("");
});
