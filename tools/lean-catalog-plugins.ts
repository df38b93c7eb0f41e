import type { Plugin } from "esbuild";
import type { Catalog } from "../contract/catalog.js";
import { lazyCatalogPlugin } from "./lean-descriptors/lazy-catalog-plugin.js";
import { leanDescriptorsPlugin } from "./lean-descriptors/lean-descriptors-plugin.js";
import { leanDescriptorFile, leanRulesFile } from "./lean-descriptors/lean-files.js";
import { leanValidationPlugin } from "./lean-validation/lean-validation-plugin.js";
import { usedRules } from "./lean-validation/used-rules.js";

/**
 * Lets a bundle with the catalog start quickly. For the catalog's messages it does what the sources do; messages of
 * others it must not validate, as rules that no kind uses are left out.
 */
export function leanCatalogPlugins(catalog: Catalog): readonly Plugin[] {
  const used = usedRules(catalog);
  return [
    lazyCatalogPlugin,
    leanDescriptorsPlugin(
      new Map([
        ["validate_pb.js", leanRulesFile(used)],
        ["descriptor_pb.js", leanDescriptorFile()],
      ]),
    ),
    leanValidationPlugin(used),
  ];
}
