import type { Clock } from "../../../contract/clock.js";
import type { Trace } from "../../../contract/trace.js";
import type { VendorFetch } from "../../../contract/vendor.js";
import type { CheckFailure } from "../schema/check-properties.js";
import type { PropertyDeclaration } from "../schema/property-declaration.js";
import type { PropertyMap } from "../schema/property-value.js";
import type { ProviderFunction } from "./provider-function.js";
import type { Resource } from "./resource.js";

/** Says to the user what is no failure of a resource; never fails itself. */
export type Warn = (urn: string, message: string) => Promise<void>;

/** What a provider may use of its process. */
export interface ProviderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: VendorFetch;
  readonly clock: Clock;
  /** Hears the engine's calls. Default: nothing does. */
  readonly trace?: Trace;
  /** Warns the user about a resource; absent where there is no engine to say it to. */
  readonly warn?: Warn;
}

/** A key of the provider's configuration. */
export interface ConfigDeclaration extends PropertyDeclaration {
  /** Another value would be another account or another system: it is refused instead of applied. */
  readonly fixed?: true;
}

/** A whole provider: what a plugin process serves. */
export interface Provider<Api> {
  /** "digitalocean". */
  readonly name: string;
  /** Exact version, without "v". */
  readonly version: string;
  readonly description: string;
  readonly config: Readonly<Record<string, ConfigDeclaration>>;
  /** Rules over the configuration; values may be unknown. */
  readonly checkConfig: (config: PropertyMap, context: ProviderContext) => readonly CheckFailure[];
  /** Makes what the resources call. Called once per provider instance, with known values; talks to nobody. */
  readonly configure: (config: PropertyMap, context: ProviderContext) => Api;
  readonly resources: readonly Resource<Api>[];
  readonly functions: readonly ProviderFunction<Api>[];
}
