/** Values of a provider config by proto field name (snake_case); unset fields are absent. Holds secrets: never print it. */
export type Credentials = Readonly<Record<string, string>>;

/** What adapters use of `fetch`, to read; the platform's own fits. */
export type VendorFetch = (
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** What a vendor adapter may use. */
export interface VendorSurroundings {
  readonly credentials: Credentials;
  /** Environment of the process, for the vendor's own variables such as its API address. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: VendorFetch;
}

/** The account that credentials belong to. */
export interface VendorAccount {
  /** Stable id of the account or team. */
  readonly id: string;
  /** Name for people, such as a mail address. */
  readonly name: string;
}

/** A resource whose creation was begun and not confirmed. */
export interface PendingCreate {
  /** Pulumi type token. */
  readonly type: string;
  /** Inputs of the registration as the state keeps them; secrets are encrypted and unusable. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The owner mark of ModuleContext.owner. */
  readonly owner: string;
  /** When the run that began it started, milliseconds since 1970, if known. */
  readonly startedAtMs?: number;
}

/** A resource found at the vendor that may be the result of a pending create. */
export interface FoundResource {
  /** Id for an import. */
  readonly id: string;
  /** What it is, for people: name, region, state, when it was made. */
  readonly description: string;
  /** True when it carries our owner mark or can be nothing else than ours. */
  readonly ours: boolean;
  /** False while the vendor is still making it: what it reads as then is not all there. */
  readonly isReady: boolean;
}

/** What the runner needs of a vendor beside its Pulumi plugin. One per provider; loads no Pulumi SDK. */
export interface VendorAdapter {
  /** Provider name: "digitalocean". */
  readonly name: string;
  /** Name of its resource plugin: "digitalocean". */
  readonly plugin: string;
  /** Exact version of that plugin: the version of the SDK. */
  readonly pluginVersion: string;
  /** True when planton brings the plugin also for real accounts; false when the vendor's official plugin is used there. */
  readonly ownPlugin: boolean;
  /**
   * The account of the credentials, or undefined when they may not read it (a token of limited scope).
   * Throws E_CREDENTIALS_REFUSED, E_VENDOR or E_VENDOR_UNREACHABLE.
   */
  readAccount(surroundings: VendorSurroundings): Promise<VendorAccount | undefined>;
  /**
   * Looks for the outcome of a pending create at the vendor. Undefined: creating that type again does no harm
   * (nothing is looked up). Throws E_VENDOR or E_VENDOR_UNREACHABLE.
   */
  findCreated(pending: PendingCreate, surroundings: VendorSurroundings): Promise<readonly FoundResource[] | undefined>;
  /**
   * Resource types whose creation can be found again by findCreated, each with the inputs that identify it (no secrets):
   * {"digitalocean:index/vpc:Vpc": ["name", "region"]}.
   */
  readonly lookups: Readonly<Record<string, readonly string[]>>;
  /** Hints for the vendor's error messages, first match wins. */
  readonly hints: readonly VendorHint[];
}

/** What to do about a vendor's message. */
export interface VendorHint {
  readonly pattern: RegExp;
  readonly hint: string;
}
