import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { vendors } from "../../modules/gen/vendors.js";
import { sandboxVendors } from "../../sandbox/gen/vendors.js";
import { projectRoot } from "../support/kinds/kind-examples.js";

const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { readonly version: string };

describe.each(vendors)("$name", ({ name, ownPlugin, pluginVersion }) => {
  const file = `modules/${name}/_shared/vendor.ts`;

  it("is a provider of the catalog, with a stand-in in the sandbox", () => {
    const called = `the adapter in ${file} is called "${name}"`;
    expect(
      catalog.providers.map((provider) => provider.name),
      called,
    ).toContain(name);
    expect(
      sandboxVendors.map((vendor) => vendor.name),
      `${called}: add sandbox/${name}/${name}-vendor.ts`,
    ).toContain(name);
  });

  if (!ownPlugin) return;
  it("has a plugin of planton's own version, with which it is released", () => {
    expect(pluginVersion, `correct pluginVersion in ${file}`).toBe(version);
  });
});
