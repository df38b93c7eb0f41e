import { kindFacts } from "../../apis/gen/facts.js";
import { vendors } from "../../modules/gen/vendors.js";
import type { RequiredPlugin } from "../../runner/host/serve/language-service.js";
import { requiredPlugins } from "../../runner/host/serve/required-plugins.js";

/** The plugins that the programs of a project folder need. */
export function pluginsOf(rootDirectory: string): readonly RequiredPlugin[] {
  return requiredPlugins({ rootDirectory, kinds: Object.values(kindFacts), vendors, env: process.env });
}
