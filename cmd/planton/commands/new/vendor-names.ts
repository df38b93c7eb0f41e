import { apiVersionOf, type Checkout, type CheckoutProvider } from "./checkout.js";
import { type KindNames, kindNames } from "./kind-names.js";
import type { ResourcePlace } from "./resource-files.js";

/** What the files of a vendor are made of. */
export interface VendorNames {
  readonly provider: CheckoutProvider;
  readonly place: ResourcePlace;
  /** The first kind. */
  readonly kind: KindNames;
  /** What constants of the vendor begin with: "acme". */
  readonly symbol: string;
  /** Environment variables with the token and with another address. */
  readonly tokenVariable: string;
  readonly urlVariable: string;
  /** Version of planton, which its plugins have. */
  readonly version: string;
}

/** The names of a vendor and of its first resource beside other vendors. Throws E_USAGE for what cannot be a kind. */
export function vendorNames(
  { version }: Checkout,
  others: readonly CheckoutProvider[],
  { name, displayName, resource }: { readonly name: string; readonly displayName: string; readonly resource: string },
): VendorNames {
  const prefix = displayName.replaceAll(/[^A-Za-z0-9]/g, "");
  const provider: CheckoutProvider = {
    name,
    displayName,
    prefix,
    configMessage: `${prefix}ProviderConfig`,
    apiVersion: apiVersionOf(prefix),
    idPrefixes: [],
    shortNames: [],
  };
  const place = {
    plugin: `planton-${name}`,
    factory: `create${prefix}Provider`,
    vendor: `${name}Vendor`,
    pathPrefix: "/v1",
  };
  const upper = name.toUpperCase();
  return {
    provider,
    place,
    kind: kindNames(`${prefix}${resource}`, [...others, provider]),
    symbol: name,
    tokenVariable: `${upper}_TOKEN`,
    urlVariable: `${upper}_API_URL`,
    version,
  };
}
