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

/** What a vendor is asked for by. */
export interface VendorRequest {
  /** Lower-case letters and digits. */
  readonly name: string;
  /** For people. */
  readonly displayName: string;
  /** The first resource. */
  readonly resource: string;
}

/** The names of a vendor that is not there yet. Throws E_USAGE for a resource that cannot be a kind. */
export function vendorNames({ version }: Checkout, { name, displayName, resource }: VendorRequest): VendorNames {
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
    kind: kindNames(`${prefix}${resource}`, [provider]),
    symbol: name,
    tokenVariable: `${upper}_TOKEN`,
    urlVariable: `${upper}_API_URL`,
    version,
  };
}
