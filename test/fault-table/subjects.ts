import { partInput } from "../support/cluster-parts-bed.js";
import { clusterInput, firewallInput, vpcInput } from "../support/kinds/stack-inputs.js";

/** What the vendor has, as far as the table reads it. */
export interface VendorObjects {
  readonly databases: readonly Readonly<Record<string, unknown>>[];
  readonly vpcs: readonly Readonly<Record<string, unknown>>[];
  /** What somebody's cluster holds beside what it started with, for subjects that are a part of it. */
  readonly parts: readonly Readonly<Record<string, unknown>>[];
}

/** How a part of a cluster is named by the API and in the plugin's ids. */
export interface FaultPart {
  readonly list: "dbs" | "pools" | "replicas" | "users";
  /** Between the cluster's id and the name. */
  readonly infix: string;
}

/** An operation on a kind whose calls go wrong one by one. */
export interface FaultSubject {
  readonly kind: (typeof kindOf)[keyof typeof kindOf];
  /** Given for what a cluster of somebody else holds. */
  readonly part?: FaultPart;
  readonly operation: "create" | "change" | "replace" | "destroy";
  /** Stack input that is applied before; undefined: none. `clusterId` is that of a cluster of somebody else. */
  readonly before: ((name: string, clusterId: string) => string) | undefined;
  /** Stack input of the operation. */
  readonly after: (name: string, clusterId: string) => string;
  /** Differences between what the vendor has and what `after` says; empty when there are none. */
  readonly differences: (vendor: VendorObjects, name: string, clusterId: string) => readonly string[];
}

const kindOf = {
  cluster: "DigitalOceanDatabaseCluster",
  vpc: "DigitalOceanVpc",
  firewall: "DigitalOceanDatabaseFirewall",
  database: "DigitalOceanDatabase",
  pool: "DigitalOceanDatabaseConnectionPool",
  replica: "DigitalOceanDatabaseReplica",
  user: "DigitalOceanDatabaseUser",
} as const;

const office = { type: "ip_addr", value: "203.0.113.7" };
const branch = { type: "ip_addr", value: "203.0.113.8" };
const window = { day: "sunday", hour: "03:00" };
/** The README's own cluster, and every change that is made in place by a call of its own. */
const smallCluster = (name: string): string => clusterInput(name);
const changedCluster = (name: string): string =>
  clusterInput(name, { nodeCount: 2, trustedSources: [office], maintenanceWindow: window, tags: ["team:data"] });
const replacedCluster = (name: string): string => clusterInput(name, { engine: "mysql", engineVersion: "8" });

/** Ranges that no other case has, nor the region's default VPC (10.136.0.0/20). */
function rangeOf(name: string, second: number): string {
  const number = Number(name.replaceAll(/\D/g, ""));
  return `10.${number % 120}.${2 * Math.floor(number / 120) + second}.0/24`;
}
const network = (name: string): string => vpcInput({ name, ipRange: rangeOf(name, 0), description: "first" });
const changedNetwork = (name: string): string => vpcInput({ name, ipRange: rangeOf(name, 0), description: "second" });
const replacedNetwork = (name: string): string => vpcInput({ name, ipRange: rangeOf(name, 1), description: "first" });

const rules = (name: string, clusterId: string): string => firewallInput(name, { cluster: clusterId, rules: [office] });
const changedRules = (name: string, clusterId: string): string =>
  firewallInput(name, { cluster: clusterId, rules: [office, branch] });

const database = (name: string, cluster: string): string =>
  partInput({ kind: kindOf.database, name, spec: { cluster } });
const renamedDatabase = (name: string, cluster: string): string =>
  partInput({ kind: kindOf.database, name, spec: { cluster, database_name: `${name}-2` } });
const user = (name: string, cluster: string): string => partInput({ kind: kindOf.user, name, spec: { cluster } });
const renamedUser = (name: string, cluster: string): string =>
  partInput({ kind: kindOf.user, name, spec: { cluster, user_name: `${name}-2` } });
const poolOf =
  (size: number) =>
  (name: string, cluster: string): string =>
    partInput({
      kind: kindOf.pool,
      name,
      spec: { cluster, mode: "session", size, database: "defaultdb", user: "doadmin" },
    });
const replicaOf =
  (size_slug: string, storage_gib: number) =>
  (name: string, cluster: string): string =>
    partInput({ kind: kindOf.replica, name, spec: { cluster, region: "nyc3", size_slug, storage_gib } });
const smallReplica = replicaOf("db-s-1vcpu-2gb", 30);
const largeReplica = replicaOf("db-s-2vcpu-4gb", 60);

/** The cluster holds one part, with that end of its name and these facts. */
function partIs(end: string, facts: Readonly<Record<string, unknown>> = {}) {
  return ({ parts }: VendorObjects, name: string): readonly string[] => {
    const [part, ...more] = parts;
    if (part === undefined || more.length > 0) return [`there are ${parts.length} parts`];
    return [
      ...differ("name", part["name"], `${name}${end}`),
      ...Object.entries(facts).flatMap(([key, value]) => differ(key, part[key], value)),
    ];
  };
}

function differ(what: string, actual: unknown, wanted: unknown): readonly string[] {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(wanted)];
  return left === right ? [] : [`${what} is ${left}, not ${right}`];
}

interface WantedCluster {
  readonly engine?: string;
  readonly nodes?: number;
  readonly sources?: number;
  readonly window?: string;
  readonly tag?: boolean;
}

function clusterIs({ engine = "pg", nodes = 1, sources = 1, window: day, tag = false }: WantedCluster) {
  return ({ databases }: VendorObjects, name: string): readonly string[] => {
    const [cluster, ...more] = databases.filter((database) => database["name"] === name);
    if (cluster === undefined || more.length > 0) return [`there are ${more.length + (cluster ? 1 : 0)} clusters`];
    const {
      rules: list,
      tags,
      maintenance_window: held,
    } = cluster as {
      readonly rules: readonly unknown[];
      readonly tags: readonly string[] | null;
      readonly maintenance_window: { readonly day: string };
    };
    return [
      ...differ("engine", cluster["engine"], engine),
      ...differ("num_nodes", cluster["num_nodes"], nodes),
      ...differ("number of trusted sources", list.length, sources),
      ...(day === undefined ? [] : differ("maintenance day", held.day, day)),
      ...differ("tagged", (tags ?? []).includes("team:data"), tag),
    ];
  };
}

function vpcIs(second: number, description: string) {
  return ({ vpcs }: VendorObjects, name: string): readonly string[] => {
    const [vpc, ...more] = vpcs.filter((candidate) => candidate["name"] === name);
    if (vpc === undefined || more.length > 0) return [`there are ${more.length + (vpc ? 1 : 0)} VPCs`];
    return [
      ...differ("ip_range", vpc["ip_range"], rangeOf(name, second)),
      ...differ("description", vpc["description"], description),
    ];
  };
}

function sourcesAre(count: number) {
  return ({ databases }: VendorObjects, _: string, clusterId: string): readonly string[] => {
    const { rules: list = [] } = (databases.find(({ id }) => id === clusterId) ?? {}) as { rules?: readonly unknown[] };
    return differ("number of trusted sources", list.length, count);
  };
}

const gone =
  (list: keyof VendorObjects) =>
  (vendor: VendorObjects, name: string): readonly string[] =>
    vendor[list].some((object) => object["name"] === name) ? ["it is still there"] : [];

/** Every operation on every kind of DigitalOcean. */
export const faultSubjects: readonly FaultSubject[] = [
  ...(
    [
      { operation: "create", before: undefined, after: smallCluster, differences: clusterIs({}) },
      {
        operation: "change",
        before: smallCluster,
        after: changedCluster,
        differences: clusterIs({ nodes: 2, sources: 2, window: "sunday", tag: true }),
      },
      {
        operation: "replace",
        before: smallCluster,
        after: replacedCluster,
        differences: clusterIs({ engine: "mysql" }),
      },
      { operation: "destroy", before: smallCluster, after: smallCluster, differences: gone("databases") },
    ] as const
  ).map((subject) => ({ kind: kindOf.cluster, ...subject })),
  ...(
    [
      { operation: "create", before: undefined, after: network, differences: vpcIs(0, "first") },
      { operation: "change", before: network, after: changedNetwork, differences: vpcIs(0, "second") },
      { operation: "replace", before: network, after: replacedNetwork, differences: vpcIs(1, "first") },
      { operation: "destroy", before: network, after: network, differences: gone("vpcs") },
    ] as const
  ).map((subject) => ({ kind: kindOf.vpc, ...subject })),
  ...(
    [
      { operation: "create", before: undefined, after: rules, differences: sourcesAre(1) },
      { operation: "change", before: rules, after: changedRules, differences: sourcesAre(2) },
      // The list stays: an empty one would open the cluster.
      { operation: "destroy", before: rules, after: rules, differences: sourcesAre(1) },
    ] as const
  ).map((subject) => ({ kind: kindOf.firewall, ...subject })),
  ...(
    [
      { operation: "create", before: undefined, after: database, differences: partIs("") },
      { operation: "replace", before: database, after: renamedDatabase, differences: partIs("-2") },
      { operation: "destroy", before: database, after: database, differences: gone("parts") },
    ] as const
  ).map((subject) => ({ kind: kindOf.database, part: { list: "dbs", infix: "/database/" } as const, ...subject })),
  ...(
    [
      { operation: "create", before: undefined, after: user, differences: partIs("") },
      { operation: "replace", before: user, after: renamedUser, differences: partIs("-2") },
      { operation: "destroy", before: user, after: user, differences: gone("parts") },
    ] as const
  ).map((subject) => ({ kind: kindOf.user, part: { list: "users", infix: "/user/" } as const, ...subject })),
  ...(
    [
      { operation: "create", before: undefined, after: poolOf(5), differences: partIs("", { size: 5 }) },
      { operation: "replace", before: poolOf(5), after: poolOf(6), differences: partIs("", { size: 6 }) },
      { operation: "destroy", before: poolOf(5), after: poolOf(5), differences: gone("parts") },
    ] as const
  ).map((subject) => ({ kind: kindOf.pool, part: { list: "pools", infix: "/" } as const, ...subject })),
  ...(
    [
      { operation: "create", before: undefined, after: smallReplica, differences: partIs("") },
      {
        operation: "change",
        before: smallReplica,
        after: largeReplica,
        differences: partIs("", { size: "db-s-2vcpu-4gb", storage_size_mib: 61_440 }),
      },
      { operation: "destroy", before: smallReplica, after: smallReplica, differences: gone("parts") },
    ] as const
  ).map((subject) => ({ kind: kindOf.replica, part: { list: "replicas", infix: "/replicas/" } as const, ...subject })),
];
