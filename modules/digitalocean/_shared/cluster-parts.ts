/** How DigitalOcean's API and plugin name one sort of what a database cluster holds. */
export interface ClusterPart {
  /** Last part of the list's path: "users". */
  readonly collection: string;
  /** Property that holds one of them: "user". */
  readonly key: string;
  /** Between the cluster's id and the name in the plugin's ids; empty where nothing is. */
  readonly infix: string;
  /** For people: "user". */
  readonly what: string;
  /** True when it takes tags at the vendor. */
  readonly takesTags: boolean;
}

/**
 * What a cluster holds, by type token: each under a name that is unique in its cluster (DigitalOcean's OpenAPI document;
 * ids of the plugin 4.80.1, terraform-provider-digitalocean v2.99.1; as of August 2026).
 */
export const clusterParts = {
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": {
    collection: "pools",
    key: "pool",
    infix: "",
    what: "connection pool",
    takesTags: false,
  },
  "digitalocean:index/databaseDb:DatabaseDb": {
    collection: "dbs",
    key: "db",
    infix: "database",
    what: "database",
    takesTags: false,
  },
  "digitalocean:index/databaseReplica:DatabaseReplica": {
    collection: "replicas",
    key: "replica",
    infix: "replicas",
    what: "replica",
    takesTags: true,
  },
  "digitalocean:index/databaseUser:DatabaseUser": {
    collection: "users",
    key: "user",
    infix: "user",
    what: "database user",
    takesTags: false,
  },
} as const satisfies Record<string, ClusterPart>;

/** The part of a type token; undefined for other types. */
export function clusterPart(type: string): ClusterPart | undefined {
  return Object.hasOwn(clusterParts, type) ? clusterParts[type as keyof typeof clusterParts] : undefined;
}

/** Where a part is: its cluster and its name. */
export interface PartPlace {
  readonly clusterId: string;
  readonly name: string;
}

/** The plugin's id of a part: `<cluster>/user/<name>`. */
export function partId({ infix }: ClusterPart, { clusterId, name }: PartPlace): string {
  return [clusterId, infix, name].filter((text) => text !== "").join("/");
}

/** Where the part of a plugin's id is. */
export function partPlace({ infix }: ClusterPart, id: string): PartPlace {
  const [clusterId = "", ...rest] = id.split("/");
  return { clusterId, name: rest.slice(infix === "" ? 0 : 1).join("/") };
}

/** The API's path of all parts of a sort, or of the one of a name. */
export function partPath({ collection }: ClusterPart, clusterId: string, name?: string): string {
  const list = `/v2/databases/${encodeURIComponent(clusterId)}/${collection}`;
  return name === undefined ? list : `${list}/${encodeURIComponent(name)}`;
}
