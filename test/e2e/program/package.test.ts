import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesBelow, openBed, type PlantonBed, root } from "../../support/planton-bed.js";

// Another node than that of the tests: PLANTON_TEST_NODE=/path/to/node npx vitest run --project e2e
// test/e2e/program/package.test.ts
const node = process.env["PLANTON_TEST_NODE"] ?? process.execPath;

const base = mkdtempSync(join(tmpdir(), "planton-package-"));
const prefix = join(base, "prefix");
let bed: PlantonBed;

beforeAll(async () => {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", base], { cwd: root, encoding: "utf8" });
  const archive = join(base, packed.trim().split("\n").at(-1) ?? "");
  const cache = join(base, "npm-cache");
  execFileSync("npm", ["install", "--silent", "--offline", "--global", "--prefix", prefix, "--cache", cache, archive]);
  bed = await openBed({ planton: join(prefix, "bin", "planton"), nodeFolder: dirname(node) });
}, 120_000);
afterAll(async () => {
  await bed.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

test("the package holds the build and nothing of the sources", () => {
  const installed = join(prefix, "lib", "node_modules", "planton");
  const folders = new Set(filesBelow(installed).map(({ path }) => relative(installed, path).split("/")[0]));
  expect([...folders].sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
});

test("an installed package does the whole flow on its own", async () => {
  const cwd = join(bed.folder, "flow");
  mkdirSync(cwd, { recursive: true });
  cpSync(join(root, "examples/digitalocean-database-cluster/stack-input.yaml"), join(cwd, "stack-input.yaml"));
  const used = await bed.planton(["version"], { cwd });
  expect(used.stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  const checked = await bed.planton(["validate", "stack-input.yaml"], { cwd });
  expect(checked.code, checked.all).toBe(0);

  const up = await bed.planton(["pulumi", "up", "--stack-input", "stack-input.yaml", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  const uri = await bed.pulumi(["stack", "output", "connection_uri", "--show-secrets"], { cwd });
  expect(new URL(uri.stdout.trim()).protocol).toBe("postgresql:");
  const preview = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(preview.code, preview.all).toBe(0);

  const destroy = ["pulumi", "destroy", "--stack-input", "stack-input.yaml", "--yes", "--allow-data-loss"];
  const destroyed = await bed.planton(destroy, { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect((await bed.get("/v2/databases"))["databases"]).toEqual([]);
});
