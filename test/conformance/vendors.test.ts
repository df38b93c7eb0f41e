import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { create, getOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { api_address } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { vendors } from "../../modules/gen/vendors.js";
import { sandboxVendors } from "../../sandbox/gen/vendors.js";
import { protoAdvice } from "../../tools/check/proto-advice.js";
import { projectRoot } from "../support/kinds/kind-examples.js";

const pluginNames = readdirSync(join(projectRoot, "cmd/gen/plugins")).map((file) => basename(file, ".ts"));
const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { readonly version: string };

const validator = createValidator();

describe.each(catalog.providers)("$name", ({ config }) => {
  it("takes an address of the API only with credentials beside it", () => {
    const addresses = config.fields.filter((field) => getOption(field, api_address));
    for (const field of addresses) {
      const alone = create(config);
      reflect(config, alone).set(field, "https://api.example");
      const cure = "add a rule to the message that refuses it without credentials";
      expect(validator.validate(config, alone).kind, protoAdvice(field, "is taken alone", cure)).toBe("invalid");
    }
  });
});

describe.each(vendors)("$name", ({ name, plugins }) => {
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

  it.each(
    plugins.filter(({ isOwn }) => isOwn),
  )("has a plugin $name of planton's own version, with which it is released", (plugin) => {
    expect(plugin.version, `correct the version in ${file}`).toBe(version);
  });

  it("has plugins with resources of their own, each built from providers", () => {
    expect(plugins.length).toBeGreaterThan(0);
    expect(pluginNames, `add providers/... for the plugins of ${file}`).toEqual(
      expect.arrayContaining(plugins.map((plugin) => plugin.name)),
    );
  });
});
