/** Values of a provider config by proto field name (snake_case); unset fields are absent. Holds secrets: never print it. */
export type Credentials = Readonly<Record<string, string>>;

/** Sends one HTTP request and follows no redirect; rejects when there is no response. The platform's own `fetch` fits. */
export type VendorFetch = (
  url: string,
  init: {
    /** Default: GET. */
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
    /** What the request proves itself with, which no log of it may show. Default: nothing. */
    readonly secrets?: readonly string[];
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** What a vendor adapter may use. */
export interface VendorContext {
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
  /**
   * Milliseconds since 1970 when the run that began it started. Given where the owner mark alone proves nothing: stacks
   * of equal names in two backends share a mark that was made before marks were random.
   */
  readonly startedAtMs?: number;
}

/** A resource found at the vendor that may be the result of a pending create. */
export interface FoundResource {
  /** The vendor's id, as a state holds it. */
  readonly id: string;
  /** The id for an import, where the plugin takes another one there than it keeps in the state. */
  readonly importId?: string;
  /** What it is, for people: name, region, state, when it was made. */
  readonly description: string;
  /**
   * True when it carries our owner mark, and was not made before `startedAtMs` where that is given. A name proves
   * nothing.
   */
  readonly ours: boolean;
  /** False for a type that takes no mark at the vendor: `ours` is false then, and it may be this stack's all the same. */
  readonly takesMark: boolean;
  /**
   * True when the vendor refuses a second one that fits the same inputs: one that was not there when the creation was
   * begun is its outcome, also without a mark. Default: false.
   */
  readonly isOnly?: boolean;
  /** False while the vendor is still making it: what it reads as then is not all there. */
  readonly isReady: boolean;
  /** What an import cannot bring into the state, and what to do about it; to be printed after the import. */
  readonly afterImport?: string;
}

/** A resource as a state holds it. */
export interface StateEntry {
  /** Pulumi type token. */
  readonly type: string;
  /** Vendor's id. */
  readonly id: string;
  /** Inputs as the state keeps them; secrets are encrypted and unusable. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What keeps a resource from being deleted. */
export interface DeletionObstacles {
  /** Each for people, with the vendor's id: `"db" (do:dbaas:1)`; never empty. */
  readonly found: readonly string[];
  /** What to do. */
  readonly cure: string;
  /** How long the plugin goes on trying. */
  readonly until: string;
  /** True when waiting does not help: what is in the way is not being deleted. */
  readonly isHopeless: boolean;
}

/** A resource that the vendor has. */
export interface ExistingResource {
  /** Its tags; empty where the vendor has none. */
  readonly tags: readonly string[];
}

/** A plugin that makes a vendor's resources. */
export interface VendorPlugin {
  /** Name, which the types of its resources begin with: "digitalocean". */
  readonly name: string;
  /** Exact version: that of the SDK, or of planton where `isOwn`. */
  readonly version: string;
  /** True when planton brings it also for real accounts; false when the vendor's official one is used there. */
  readonly isOwn: boolean;
}

/** What the runner needs of a vendor beside its Pulumi plugins. One per provider; loads no Pulumi SDK. */
export interface VendorAdapter {
  /** Provider name: "digitalocean". */
  readonly name: string;
  /** Its resource plugins, the one of most resources first; at least one. */
  readonly plugins: readonly VendorPlugin[];
  /**
   * The account of the credentials, or undefined when they may not read it (a token of limited scope).
   * Throws E_CREDENTIALS_REFUSED, E_VENDOR or E_VENDOR_UNREACHABLE.
   */
  readAccount(context: VendorContext): Promise<VendorAccount | undefined>;
  /**
   * Reads a resource of a state: when it is there, the credentials are of the account that it was made in. "absent": they
   * see none of that id. Undefined: the type says nothing, or they may not read it. Throws like readAccount.
   */
  readExisting(entry: StateEntry, context: VendorContext): Promise<ExistingResource | "absent" | undefined>;
  /**
   * What is in the way of a deletion that the plugin tries again and again without a word. Undefined: nothing, or not known
   * for the type. Throws like readAccount. Absent: the plugin says so itself.
   */
  readonly readObstacles?: (
    entry: Pick<StateEntry, "type" | "id">,
    context: VendorContext,
  ) => Promise<DeletionObstacles | undefined>;
  /** Finds what a creation whose response was lost has made; absent when the plugin does so itself before it creates. */
  readonly recovery?: VendorRecovery;
  /** Hints for the vendor's error messages; of those that are not `isBeside` the first match wins. */
  readonly hints: readonly VendorHint[];
}

/** How creations that were begun and not confirmed are found at a vendor. */
export interface VendorRecovery {
  /**
   * Searches the vendor for the outcome of a pending create: what the identifying inputs fit, and what carries the owner
   * mark whatever its name. Undefined: nothing was looked for, because creating that type again does no harm; it does not
   * say that there is none. Throws E_VENDOR or E_VENDOR_UNREACHABLE.
   */
  findCreated(pending: PendingCreate, context: VendorContext): Promise<readonly FoundResource[] | undefined>;
  /**
   * Resource types whose creation can be found again by findCreated, each with the inputs that identify it (no secrets):
   * {"digitalocean:index/vpc:Vpc": ["name", "region"]}.
   */
  readonly lookups: Readonly<Record<string, readonly string[]>>;
  /**
   * Inputs of looked-up types that the vendor's API never returns, so that an import does not know them although a change
   * of them means a replacement (no secrets): {"digitalocean:index/databaseCluster:DatabaseCluster": ["backupRestore"]}.
   */
  readonly unreadable?: Readonly<Record<string, readonly string[]>>;
  /**
   * What an error message of the plugin says about the creation of a looked-up type: "refused": nothing was made, and
   * nothing will come. "name taken": refused as well, but an earlier try of the same request may have taken the name.
   * Undefined: neither, the outcome is not known.
   */
  refusalOf(type: string, message: string): CreateRefusal | undefined;
}

/** How a vendor refused a creation. */
export type CreateRefusal = "refused" | "name taken";

/** What to do about a vendor's message. */
export interface VendorHint {
  readonly pattern: RegExp;
  readonly hint: string;
  /** True: it is about what the error leaves behind, and is given beside the first other one that matches. */
  readonly isBeside?: boolean;
}
