import type { Catalog, ProviderEntry } from "./catalog.js";
import { PlantonError } from "./planton-error.js";
import type { VendorAdapter } from "./vendor.js";

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

function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new PlantonError({ code: "E_INTERNAL", message });
  return value;
}
