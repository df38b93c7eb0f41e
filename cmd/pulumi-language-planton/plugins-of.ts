import { kindFacts } from "../../apis/gen/facts.js";
import type { KindFacts } from "../../contract/catalog.js";
import { vendors } from "../../modules/gen/vendors.js";
import type { RequiredPlugin } from "../../runner/host/serve/language-service.js";
import { requiredPlugins } from "../../runner/host/serve/required-plugins.js";

/** The plugins that the programs of a project folder need; `others` are kinds that are none of planton's own. */
export function pluginsOf(rootDirectory: string, others: readonly KindFacts[]): readonly RequiredPlugin[] {
  return requiredPlugins({
    rootDirectory,
    kinds: [...Object.values(kindFacts), ...others],
    vendors,
    env: process.env,
  });
}
