import type { DescMessage } from "@bufbuild/protobuf";

/** One kind, as its descriptors tell it. */
export interface KindEntry {
  /** "DigitalOceanDatabaseCluster". */
  readonly kind: string;
  /** "digitalocean". */
  readonly provider: string;
  /** "digital-ocean.planton.dev/v1". */
  readonly apiVersion: string;
  readonly idPrefix: string;
  readonly stateful: boolean;
  /** The message of the manifest: api_version, kind, metadata, spec. */
  readonly manifest: DescMessage;
  readonly spec: DescMessage;
  readonly stackInput: DescMessage;
  readonly stackOutputs: DescMessage;
}

/** One provider, as its provider config message tells it. */
export interface ProviderEntry {
  /** "digitalocean". */
  readonly name: string;
  /** "DigitalOcean". */
  readonly displayName: string;
  readonly credentialsUrl: string;
  readonly config: DescMessage;
}

/** All that the runner knows of kinds and providers; handed to it by the entry files. */
export interface Catalog {
  /** Sorted by name. */
  readonly kinds: readonly KindEntry[];
  readonly providers: readonly ProviderEntry[];
}
