import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateVendorLists, pluginSources } from "./generate-vendor-lists.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "planton-vendors-"));
  for (const folder of ["sandbox/kit", "sandbox/gen", "providers/kit"])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function add(file: string, source: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), source);
}

const importsIn = (file: string): unknown =>
  generateVendorLists(root)
    .get(file)
    ?.match(/^import \{ .*$/gm);

test("lists the vendor of each folder, and the routes of all its files", () => {
  add("sandbox/zeta/zeta-vendor.ts", "export const zetaVendor: SandboxVendor = defineAdjustableVendor({});\n");
  add("sandbox/alpha/alpha-vendor.ts", "export const alphaApi: SandboxVendor = x;\nexport const other = 1;\n");
  add("sandbox/alpha/routes/things.ts", "export const thingRoutes: readonly AlphaRoute[] = things.routes;\n");
  add("sandbox/alpha/routes/things.test.ts", "export const testRoutes: readonly AlphaRoute[] = [];\n");
  expect(importsIn("sandbox/gen/vendors.ts")).toEqual([
    'import { alphaApi } from "../alpha/alpha-vendor.js";',
    'import { zetaVendor } from "../zeta/zeta-vendor.js";',
  ]);
  expect(generateVendorLists(root).get("sandbox/gen/vendors.ts")).toContain("[\n  alphaApi,\n  zetaVendor,\n];");
  expect(importsIn("sandbox/alpha/gen/routes.ts")).toEqual(['import { thingRoutes } from "../routes/things.js";']);
  expect(generateVendorLists(root).get("sandbox/alpha/gen/routes.ts")).toContain("[...thingRoutes];");
});

test("throws for a folder without a vendor, or with two", () => {
  add("sandbox/alpha/alpha-vendor.ts", "export const a: SandboxVendor = x;\nexport const b: SandboxVendor = x;\n");
  expect(() => generateVendorLists(root)).toThrow("sandbox/alpha/alpha-vendor.ts");
  rmSync(join(root, "sandbox", "alpha"), { recursive: true });
  mkdirSync(join(root, "sandbox", "beta"));
  expect(() => generateVendorLists(root)).toThrow("beta-vendor.ts");
});

test("lists the resources of a plugin and makes its entry, with planton's version where it is planton's own", () => {
  const facts = '  return {\n    name: "planton-alpha",\n';
  add("providers/alpha/alpha-provider.ts", `export function createAlphaProvider(version: string): P {\n${facts}`);
  add("providers/alpha/thing.ts", "export const thingResource = defineManagedResource<AlphaApi, Key>()({\n");
  add("providers/beta/beta-provider.ts", 'export const betaProvider: Provider<Api> = {\n  name: "beta",\n');
  add("providers/beta/thing.ts", "export const betaThing = defineBridgedResource({\n");
  expect(pluginSources(root).map(({ name, isOwn }) => [name, isOwn])).toEqual([
    ["planton-alpha", true],
    ["beta", false],
  ]);
  const lists = generateVendorLists(root);
  expect(lists.get("providers/alpha/gen/resources.ts")).toContain("export const resources = [thingResource];");
  expect(lists.get("providers/beta/gen/resources.ts")).toContain("export const resources = [betaThing];");
  expect(lists.get("cmd/gen/plugins/planton-alpha.ts")).toContain("(createAlphaProvider(PLANTON_VERSION));");
  expect(importsIn("cmd/gen/plugins/beta.ts")).toEqual([
    'import { betaProvider } from "../../../providers/beta/beta-provider.js";',
    'import { serveResourcePlugin } from "../../launch/serve-resource-plugin.js";',
  ]);
});

test("throws for a plugin that has no name or exports no provider", () => {
  add("providers/alpha/alpha-provider.ts", "export function createAlphaProvider(version: string): P {\n");
  expect(() => pluginSources(root)).toThrow("providers/alpha/alpha-provider.ts");
});
