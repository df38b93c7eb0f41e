import type { Catalog, ProviderEntry } from "./catalog.js";
import { PlantonError } from "./planton-error.js";
import type { VendorAdapter, VendorPlugin } from "./vendor.js";

/** The provider of a name. Throws E_INTERNAL when the catalog lacks it. */
export function findProvider({ providers }: Pick<Catalog, "providers">, name: string): ProviderEntry {
  return found(
    providers.find((provider) => provider.name === name),
    `no provider config message for provider "${name}"`,
  );
}

/** The vendor adapter of a provider. Throws E_INTERNAL when there is none. */
export function findVendor(vendors: readonly VendorAdapter[], name: string): VendorAdapter {
  return found(
    vendors.find((vendor) => vendor.name === name),
    `no vendor adapter for provider "${name}"`,
  );
}

/** The plugin of a resource type ("digitalocean:index/vpc:Vpc"); undefined: it is of none of the vendor's. */
export function findPlugin({ plugins }: Pick<VendorAdapter, "plugins">, type: string): VendorPlugin | undefined {
  const name = packageOf(type);
  return plugins.find((plugin) => plugin.name === name);
}

/** The package of a resource type, by which its plugin and the type of its provider are called. */
export function packageOf(type: string): string {
  return type.slice(0, type.indexOf(":"));
}

function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new PlantonError({ code: "E_INTERNAL", message });
  return value;
}
