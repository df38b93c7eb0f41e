import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTrace, noTrace } from "../../contract/trace.js";
import { type OpenPulumi, type PulumiEnd, pulumiProcess } from "./spawn-pulumi.js";
import { tracedPulumi } from "./traced-pulumi.js";

let folders: string[];
let lines: string[];
beforeEach(() => {
  folders = [];
  lines = [];
});
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const trace = createTrace({ source: "test[1]", nowMs: () => 0, write: (line) => lines.push(line) });

/** Pulumi whose language host writes these parts to its trace before it ends with a code. */
const pulumiOf =
  (parts: readonly string[], code: number): OpenPulumi =>
  (setup) => {
    const run = async (): Promise<PulumiEnd> => {
      for (const part of parts) appendFileSync(join(setup.env["TRACE_DIR"] ?? "", "trace"), part);
      return { code, stdout: "", stderr: "" };
    };
    return { ...setup, capture: run, passThrough: run };
  };

function open(inner: OpenPulumi) {
  const traced = tracedPulumi(inner, {
    trace,
    makeFolder: () => {
      const folder = mkdtempSync(join(tmpdir(), "traced-pulumi-"));
      folders.push(folder);
      return folder;
    },
    environment: (folder) => ({ TRACE_DIR: folder }),
    fileName: "trace",
  });
  return traced({ engine: { path: "/engine/pulumi" }, cwd: "/", env: {}, secrets: ["the-backends-password"] });
}

test("a command is a stage, with the lines of the engine's processes in it; options are left out", async () => {
  const pulumi = open(pulumiOf(["T host[2] pre", "pare begin\nT host[2] ä end\n"], 3));
  const end = await pulumi.passThrough(["up", "--config", "a:b=c"], { writeStderr: () => {} });
  expect(end.code).toBe(3);
  const start = "1970-01-01T00:00:00.000Z test[1] pulumi";
  expect(lines).toEqual([
    `${start} begin command=up`,
    "T host[2] prepare begin",
    "T host[2] ä end",
    `${start} end command=up ms=0 code=3`,
  ]);
  expect(folders.map((folder) => existsSync(folder))).toEqual([false]);
});

test("what is captured is a stage as well, and secrets of the setup are hidden", async () => {
  await open(pulumiOf([], 0)).capture(["stack", "the-backends-password", "more"]);
  expect(lines.at(-1)).toContain('command="stack [secret]" ms=0 code=0');
});

test("is pulumi itself when nobody reads the trace", () => {
  const input = { trace: noTrace, makeFolder: () => "", environment: () => ({}), fileName: "" };
  expect(tracedPulumi(pulumiProcess, input)).toBe(pulumiProcess);
});
