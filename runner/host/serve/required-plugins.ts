import type { KindFacts } from "../../../contract/catalog.js";
import type { VendorAdapter } from "../../../contract/vendor.js";
import { isSandboxStack } from "../../project/stack-name.js";
import { readStackRecords } from "../../project/stack-settings.js";
import { type Environment, isSandbox } from "../../system/planton-home.js";
import type { RequiredPlugin } from "./language-service.js";

/** What {@link requiredPlugins} decides from. */
interface RequiredPluginsInput {
  /** Folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** All kinds. */
  readonly kinds: readonly KindFacts[];
  readonly vendors: readonly VendorAdapter[];
  readonly env: Environment;
}

/**
 * The plugins that the folder's programs need, with exact versions. The engine does not say which stack it asks for, so
 * the settings files of the folder decide. A plugin that is named and not installed costs seconds, so no others are.
 */
export function requiredPlugins({
  rootDirectory,
  kinds,
  vendors,
  env,
}: RequiredPluginsInput): readonly RequiredPlugin[] {
  const providers = providersOf(rootDirectory, kinds, isSandbox(env));
  return vendors
    .filter((vendor) => providers.includes(vendor.name))
    .flatMap(({ plugins }) => plugins.map(({ name, version }) => ({ name, version })));
}

function providersOf(folder: string, all: readonly KindFacts[], inSandbox: boolean): readonly string[] {
  const kinds = readStackRecords(folder)
    .filter((record) => isSandboxStack(record.stack) === inSandbox)
    .map((record) => record.target?.kind);
  return all.filter((entry) => kinds.includes(entry.kind)).map((entry) => entry.provider);
}
