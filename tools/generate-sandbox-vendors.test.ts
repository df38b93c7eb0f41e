import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateSandboxVendors } from "./generate-sandbox-vendors.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "planton-vendors-"));
  for (const folder of ["kit", "gen"]) mkdirSync(join(root, "sandbox", folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function addVendor(folder: string, source: string): void {
  mkdirSync(join(root, "sandbox", folder));
  writeFileSync(join(root, "sandbox", folder, `${folder}-vendor.ts`), source);
}

test("lists the vendor of each folder", () => {
  addVendor("zeta", "export const zetaVendor: SandboxVendor = defineAdjustableVendor({});\n");
  addVendor("alpha", "export const alphaApi: SandboxVendor = defineAdjustableVendor({});\nexport const other = 1;\n");
  const text = generateSandboxVendors(root);
  expect(text.match(/^import \{ .*$/gm)).toEqual([
    'import { alphaApi } from "../alpha/alpha-vendor.js";',
    'import { zetaVendor } from "../zeta/zeta-vendor.js";',
  ]);
  expect(text).toContain("[\n  alphaApi,\n  zetaVendor,\n];");
});

test("throws for a folder without a vendor, or with two", () => {
  addVendor("alpha", "export const a: SandboxVendor = x;\nexport const b: SandboxVendor = x;\n");
  expect(() => generateSandboxVendors(root)).toThrow("sandbox/alpha/alpha-vendor.ts");
  rmSync(join(root, "sandbox", "alpha"), { recursive: true });
  mkdirSync(join(root, "sandbox", "beta"));
  expect(() => generateSandboxVendors(root)).toThrow("beta-vendor.ts");
});
