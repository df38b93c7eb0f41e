/** A version of an engine. */
export interface EngineVersion {
  readonly version: string;
  /** RFC 3339; null: none is set. */
  readonly endOfLife: string | null;
  readonly endOfAvailability: string | null;
}

/** Sizes that go with some node counts. */
export interface Layout {
  readonly nodeCounts: readonly number[];
  readonly sizes: readonly string[];
}

/** What DigitalOcean offers of one engine. */
export interface Engine {
  readonly slug: string;
  readonly versions: readonly EngineVersion[];
  readonly defaultVersion: string;
  readonly regions: readonly string[];
  readonly layouts: readonly Layout[];
}

/** Region slugs; the example of `GET /v2/databases/options` in digitalocean/openapi 7c1300c4, 2026-08-07. */
export const regions: readonly string[] = [
  ...["ams3", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3"],
  ...["sfo2", "sfo3", "sgp1", "syd1", "tor1", "ric1", "atl1"],
];

const basic = ["db-s-1vcpu-2gb", "db-s-2vcpu-4gb", "db-s-4vcpu-8gb", "db-s-6vcpu-16gb"];
const large = ["db-s-8vcpu-32gb", "db-s-16vcpu-64gb"];
const general = [
  ...["gd-2vcpu-8gb", "gd-4vcpu-16gb", "gd-8vcpu-32gb"],
  ...["gd-16vcpu-64gb", "gd-32vcpu-128gb", "gd-40vcpu-160gb"],
];
const storage = [
  ...["so1_5-2vcpu-16gb", "so1_5-4vcpu-32gb", "so1_5-8vcpu-64gb"],
  ...["so1_5-16vcpu-128gb", "so1_5-24vcpu-192gb", "so1_5-32vcpu-256gb"],
];
const premium = ["1vcpu-2gb", "2vcpu-4gb", "2vcpu-8gb", "4vcpu-8gb", "4vcpu-16gb", "8vcpu-32gb", "16vcpu-64gb"].flatMap(
  (shape) => [`db-intel-${shape}`, `db-amd-${shape}`],
);
const smallest = ["db-s-1vcpu-1gb", "db-intel-1vcpu-1gb", "db-amd-1vcpu-1gb"];
const memory = ["2vcpu-16gb", "4vcpu-32gb", "8vcpu-64gb", "16vcpu-128gb", "24vcpu-192gb", "32vcpu-256gb"].map(
  (shape) => `m-${shape}`,
);
const advanced = [
  ...general,
  ...storage,
  ...["2vcpu-8gb", "4vcpu-16gb", "8vcpu-32gb", "16vcpu-64gb", "32vcpu-128gb", "48vcpu-192gb"].map(
    (shape) => `gd-${shape}-intel`,
  ),
  ...storage.map((size) => `${size}-intel`),
  ...["so1_5-48vcpu-384gb-intel", "so1_5-48vcpu-256gb", "c-96-intel"],
];
const searchLarge = ["gd-2vcpu-8gb", "m3-2vcpu-16gb", "gd-4vcpu-16gb", "m3-4vcpu-32gb", "m3-8vcpu-64gb"];

const relational: readonly Layout[] = [
  { nodeCounts: [1], sizes: [...smallest, ...basic, ...general, ...storage, ...premium] },
  { nodeCounts: [2, 3], sizes: [...basic, ...general, ...storage, ...premium] },
];
const caching: readonly Layout[] = [
  { nodeCounts: [1], sizes: ["db-s-1vcpu-1gb", ...basic, ...large, ...memory] },
  { nodeCounts: [2, 3], sizes: [...basic, ...large, ...memory] },
];

function version(name: string, endOfLife?: string, endOfAvailability?: string): EngineVersion {
  return { version: name, endOfLife: endOfLife ?? null, endOfAvailability: endOfAvailability ?? null };
}

/**
 * What can be created, by engine: versions, regions, sizes by node count. Source: the example of
 * `GET /v2/databases/options` in digitalocean/openapi 7c1300c4, 2026-08-07. Redis is listed there, but its creation
 * ended 2025-04-30.
 */
export const engines: readonly Engine[] = [
  {
    slug: "pg",
    versions: [
      version("13", "2025-11-13T00:00:00Z", "2025-05-13T00:00:00Z"),
      version("14", "2026-11-12T00:00:00Z", "2026-05-12T00:00:00Z"),
      version("15", "2027-11-11T00:00:00Z", "2027-05-12T00:00:00Z"),
      version("16", "2028-11-09T00:00:00Z", "2028-05-09T00:00:00Z"),
      version("17", "2029-11-08T00:00:00Z", "2029-05-08T00:00:00Z"),
    ],
    defaultVersion: "17",
    regions,
    layouts: relational,
  },
  { slug: "mysql", versions: [version("8")], defaultVersion: "8", regions, layouts: relational },
  {
    slug: "redis",
    versions: [version("7", "2025-06-30T00:00:00Z", "2025-04-30T00:00:00Z")],
    defaultVersion: "7",
    regions,
    layouts: caching,
  },
  {
    slug: "valkey",
    versions: [version("8")],
    defaultVersion: "8",
    regions: regions.filter((region) => region !== "nyc2"),
    layouts: caching,
  },
  {
    slug: "mongodb",
    versions: [version("6.0", "2025-07-01T07:00:00Z"), version("7.0", "2026-08-01T07:00:00Z")],
    defaultVersion: "7.0",
    regions,
    layouts: [{ nodeCounts: [1, 3], sizes: ["db-s-1vcpu-1gb", ...basic, ...large, ...general, ...storage] }],
  },
  {
    slug: "kafka",
    versions: [version("3.8", undefined, "2025-06-03T00:00:00Z")],
    defaultVersion: "3.8",
    regions,
    layouts: [
      { nodeCounts: [3], sizes: ["gd-2vcpu-8gb", "gd-4vcpu-16gb", "db-s-2vcpu-4gb", "db-s-2vcpu-2gb"] },
      { nodeCounts: [6, 9, 15], sizes: ["gd-2vcpu-8gb", "gd-4vcpu-16gb"] },
    ],
  },
  {
    slug: "opensearch",
    versions: [version("1"), version("2")],
    defaultVersion: "2",
    regions,
    layouts: [
      { nodeCounts: [1], sizes: ["db-s-1vcpu-2gb", "db-s-2vcpu-4gb", "db-s-4vcpu-8gb", ...searchLarge] },
      { nodeCounts: [3], sizes: ["db-s-2vcpu-4gb", "db-s-4vcpu-8gb", ...searchLarge] },
      { nodeCounts: [6, 9, 15], sizes: searchLarge },
    ],
  },
  {
    slug: "advanced_pg",
    versions: [
      version("16", "2028-11-09T00:00:00Z", "2028-05-09T00:00:00Z"),
      version("17", "2029-11-08T00:00:00Z", "2029-05-08T00:00:00Z"),
      version("18", "2030-11-13T00:00:00Z", "2030-05-13T00:00:00Z"),
    ],
    defaultVersion: "18",
    regions,
    layouts: [{ nodeCounts: [1, 2, 3], sizes: advanced }],
  },
  {
    slug: "advanced_mysql",
    versions: [version("8.4.8")],
    defaultVersion: "8.4.8",
    regions,
    layouts: [{ nodeCounts: [1, 3], sizes: advanced }],
  },
];

/** The engine of a slug; undefined when DigitalOcean has none of that name. */
export function findEngine(slug: string): Engine | undefined {
  return engines.find((engine) => engine.slug === slug);
}

/** Engines whose clusters hold no databases and users of their own, and take no storage size. */
export function isCaching(slug: string): boolean {
  return slug === "valkey" || slug === "redis";
}

/** The engine of a cluster. */
export function engineOf({ engine: slug }: { readonly engine: string }): Engine {
  const engine = findEngine(slug);
  if (engine === undefined) throw new RangeError(`no engine ${slug}`);
  return engine;
}

const storageByMemoryGib: readonly (readonly [memoryGib: number, storageGib: number])[] = [
  ...([
    [1, 10],
    [2, 30],
    [4, 60],
    [8, 140],
    [16, 290],
    [32, 600],
    [64, 1160],
  ] as const),
];

/**
 * Storage that comes with a size, in MiB. DigitalOcean publishes it in its price list only: the basic sizes are as
 * listed there, the others come to 15 GiB for each virtual processor, which is near.
 */
export function baseStorageMib(size: string): number {
  const basicStorage = storageByMemoryGib.find(([gib]) => gib >= memoryGib(size))?.[1];
  const processors = processorsOf(size);
  return (size.startsWith("db-") && basicStorage !== undefined ? basicStorage : processors * 15) * 1024;
}

/** Memory of a node of that size, in GiB. */
export function memoryGib(size: string): number {
  return Number(/(\d+)gb/.exec(size)?.[1] ?? 8);
}

/** Virtual processors of a node of that size. */
export function processorsOf(size: string): number {
  return Number(/(\d+)vcpu/.exec(size)?.[1] ?? 2);
}
