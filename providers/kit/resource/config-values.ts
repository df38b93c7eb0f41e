import { baseUrlOf, type VendorApi } from "../../../http/api-client.js";
import { baseUrlProblem } from "../../../http/secure-url.js";
import type { CheckFailure } from "../schema/check-properties.js";
import type { PropertyDeclarations } from "../schema/property-declaration.js";
import { equalValues, type PropertyMap, type PropertyValue } from "../schema/property-value.js";
import type { ConfigDeclaration, ProviderContext } from "./provider.js";

/** Keys that the engine adds to a provider's inputs for itself. */
const engineKeys: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "pluginChecksums"]);

function parseJson(value: string): PropertyValue {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "number" || typeof parsed === "boolean" ? parsed : value;
  } catch {
    // Not JSON: the type check names the property.
    return value;
  }
}

/** A string of the configuration; undefined when it is absent, empty, unknown or no string. */
export function configString(config: PropertyMap, name: string): string | undefined {
  const value = config[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Refuses a base URL of an API at which credentials would not be safe; one that is not known yet is checked later. */
export function baseUrlFailures(
  api: VendorApi,
  { config, env, property }: { readonly property: string; readonly config: PropertyMap } & Pick<ProviderContext, "env">,
): readonly CheckFailure[] {
  if (typeof config[property] === "symbol") return [];
  const reason = baseUrlProblem(baseUrlOf(api, env, configString(config, property)));
  return reason === undefined ? [] : [{ property, reason }];
}

/** The configuration with its real types (provider inputs travel as texts of JSON), without the engine's own keys. */
export function configValues(declarations: PropertyDeclarations, values: PropertyMap): PropertyMap {
  const config: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (engineKeys.has(name) || name.startsWith("__")) continue;
    const kind = declarations[name]?.type.kind;
    config[name] = typeof value === "string" && kind !== undefined && kind !== "string" ? parseJson(value) : value;
  }
  return config;
}

/** What changed between two configurations, and the changes that are not allowed. */
export function diffConfig(
  declarations: Readonly<Record<string, ConfigDeclaration>>,
  olds: PropertyMap,
  news: PropertyMap,
): { readonly changed: readonly string[]; readonly refused: readonly CheckFailure[] } {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  const changed = names.filter((name) => !equalValues(olds[name], news[name]));
  const refused = changed.filter((name) => declarations[name]?.fixed && olds[name] !== undefined);
  return {
    changed,
    refused: refused.map((property) => ({
      property,
      reason: "another value would reach another system; make a new stack for it",
    })),
  };
}
