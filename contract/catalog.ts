import type { DescMessage } from "@bufbuild/protobuf";

/** What the options on a kind's messages say, without the messages. */
export interface KindFacts {
  /** "DigitalOceanDatabaseCluster". */
  readonly kind: string;
  /** "digitalocean". */
  readonly provider: string;
  /** "digital-ocean.planton.dev/v1". */
  readonly apiVersion: string;
  readonly idPrefix: string;
  /** The kind in names of stacks: "db". */
  readonly shortName: string;
  readonly stateful: boolean;
  /** Keys of metadata.timeouts that the plugin does not heed. */
  readonly ignoredTimeouts: readonly string[];
  /** True when metadata.labels are not sent to the vendor. */
  readonly ignoresLabels: boolean;
  /** Every key that a manifest may use in the spec: names in both styles, and aliases. */
  readonly specKeys: readonly string[];
}

/** One kind, as its descriptors define it. */
export interface KindEntry extends KindFacts {
  /** The message of the manifest: api_version, kind, metadata, spec. */
  readonly manifest: DescMessage;
  readonly spec: DescMessage;
  readonly stackInput: DescMessage;
  readonly stackOutputs: DescMessage;
}

/** What the option on a provider's config message says, and the message's name. */
export interface ProviderFacts {
  /** "digitalocean". */
  readonly name: string;
  /** "DigitalOcean". */
  readonly displayName: string;
  readonly credentialsUrl: string;
  /** "DigitalOceanProviderConfig". */
  readonly configMessage: string;
  /** Environment variables that its credentials may come from. */
  readonly variables: readonly string[];
}

/** One provider, as its provider config message defines it. */
export interface ProviderEntry extends ProviderFacts {
  readonly config: DescMessage;
}

/** All that the runner knows of kinds and providers; handed to it by the entry files. */
export interface Catalog {
  /** Sorted by name. */
  readonly kinds: readonly KindEntry[];
  readonly providers: readonly ProviderEntry[];
}
