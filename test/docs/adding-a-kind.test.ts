import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../support/kind-examples.js";
import { docBlocks } from "./doc-blocks.js";

const files = docBlocks(readFileSync(join(projectRoot, "docs/adding-a-kind.md"), "utf8")).filter(
  ({ file }) => file !== undefined,
);
const sources = ["apis", "contract", "http", "clients", "modules", "runner", "cmd", "providers", "sandbox"];
const copied = [...sources, "test", "tools", "examples"];
const copiedFiles = ["package.json", "tsconfig.json", "vitest.config.ts", "buf.yaml", "buf.gen.yaml"];

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "planton-new-kind-"));
  for (const path of [...copied, ...copiedFiles])
    cpSync(join(projectRoot, path), join(copy, path), { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  for (const { file = "", text } of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a program of node_modules/.bin in the copy; throws with what it printed when it fails. */
function run(name: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(join("node_modules", ".bin", name), args, {
    cwd: copy,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

it("the four files of the document and its example make a kind", { timeout: 180_000 }, () => {
  expect(files.map(({ file }) => file?.split("/").at(-1))).toEqual([
    "digital_ocean_tag.proto",
    "locals.ts",
    "resources.ts",
    "outputs.ts",
    "minimal.yaml",
  ]);
  run("tsx", ["tools/generate.ts"]);
  run("tsx", ["tools/check-protos.ts"]);
  const modules = files.map(({ file }) => file).filter((file) => file?.endsWith(".ts"));
  const tsconfig = { extends: "./tsconfig.json", include: [], files: modules };
  writeFileSync(join(copy, "tsconfig.new-kind.json"), JSON.stringify(tsconfig));
  run("tsc", ["-p", "tsconfig.new-kind.json"]);
  const only = ["-t", "DigitalOceanTag|digitalocean/tag"];
  const report = JSON.parse(
    run("vitest", ["run", "--project", "unit", "test/conformance", ...only, "--reporter=json"]),
  ) as { readonly numPassedTests: number; readonly numFailedTests: number };
  expect(report.numFailedTests).toBe(0);
  expect(report.numPassedTests).toBeGreaterThan(8);
});
