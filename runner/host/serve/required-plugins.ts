import type { KindFacts } from "../../../contract/catalog.js";
import type { VendorAdapter } from "../../../contract/vendor.js";
import { readStackRecords } from "../../project/stack-settings.js";
import type { Environment } from "../../system/planton-home.js";
import type { RequiredPlugin } from "./language-service.js";

/** What {@link requiredPlugins} decides from. */
export interface RequiredPluginsInput {
  /** Folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** All kinds. */
  readonly kinds: readonly KindFacts[];
  readonly vendors: readonly VendorAdapter[];
  readonly env: Environment;
}

/**
 * The plugins that the folder's programs need, with exact versions. The engine does not say which stack it asks for:
 * planton names the provider by a variable; without it, the settings files of the folder tell. A plugin that is named
 * and not installed costs seconds, so no others are.
 */
export function requiredPlugins({
  rootDirectory,
  kinds,
  vendors,
  env,
}: RequiredPluginsInput): readonly RequiredPlugin[] {
  const isSandbox = Boolean(env["PLANTON_SANDBOX"]);
  const named = env["PLANTON_RUN_PROVIDER"];
  const providers = named ? [named] : providersOf(rootDirectory, kinds, isSandbox);
  return vendors
    .filter((vendor) => providers.includes(vendor.name))
    .map((vendor) => ({ name: vendor.plugin, version: vendor.pluginVersion }));
}

function providersOf(folder: string, all: readonly KindFacts[], isSandbox: boolean): readonly string[] {
  const kinds = readStackRecords(folder)
    .filter((record) => record.stack.startsWith("sandbox.") === isSandbox)
    .map((record) => record.target?.kind);
  return all.filter((entry) => kinds.includes(entry.kind)).map((entry) => entry.provider);
}
