import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "../project-root.js";
import { buildBundles } from "./build-bundles.js";

const dist = mkdtempSync(join(tmpdir(), "planton-bundles-"));
afterAll(() => rmSync(dist, { recursive: true, force: true }));

let inputs: readonly string[];
beforeAll(async () => {
  inputs = await buildBundles(projectRoot, dist);
}, 120_000);

test("holds sources of the product and of packages, and nothing of tools or tests", () => {
  const product = /^(?:apis\/gen|clients|cmd|contract|http|modules|providers|runner|sandbox|node_modules)\//;
  // The two texts that are made for a bundle: the build's ids, and what ties the language host's bundles together.
  const made = ["<define:PLANTON_BUILD_IDS>", "shared-modules:shared-modules"];
  expect(inputs.filter((path) => !product.test(path))).toEqual(made);
  expect(inputs.filter((path) => /\.test\.ts$|\/testdata\//.test(path))).toEqual([]);
});
