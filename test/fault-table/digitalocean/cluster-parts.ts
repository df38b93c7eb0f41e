import { partInput, partsOf, somebodysCluster } from "../../support/cluster-parts-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner, VendorObject } from "../fault-subject.js";
import { digitalOcean } from "./digitalocean-vendor.js";

const kindOf = {
  database: "DigitalOceanDatabase",
  pool: "DigitalOceanDatabaseConnectionPool",
  replica: "DigitalOceanDatabaseReplica",
  user: "DigitalOceanDatabaseUser",
} as const;

/** Parts of a sort: their list in the API, and what is between the cluster's id and the name in the plugin's ids. */
function part(list: "dbs" | "pools" | "replicas" | "users", infix: string) {
  return {
    vendor: digitalOcean,
    prepare: (bed: PlantonBed, name: string) => somebodysCluster(bed, `${name}-other`),
    async objects(bed: PlantonBed, { otherId }: Owner): Promise<readonly VendorObject[]> {
      const own = (await partsOf(bed, otherId, list)).filter(({ name }) => name !== "defaultdb" && name !== "doadmin");
      return own.map((facts) => ({
        id: `${otherId}${infix}${facts["name"]}`,
        path: `/v2/databases/${otherId}/${list}/${facts["name"]}`,
        facts,
      }));
    },
  };
}

const named = ({ name }: Owner) => ({ name });
const renamed = ({ name }: Owner) => ({ name: `${name}-2` });
const gone = () => undefined;

const database = ({ name, otherId: cluster }: Owner): string =>
  partInput({ kind: kindOf.database, name, spec: { cluster } });
const renamedDatabase = ({ name, otherId: cluster }: Owner): string =>
  partInput({ kind: kindOf.database, name, spec: { cluster, database_name: `${name}-2` } });
const user = ({ name, otherId: cluster }: Owner): string => partInput({ kind: kindOf.user, name, spec: { cluster } });
const renamedUser = ({ name, otherId: cluster }: Owner): string =>
  partInput({ kind: kindOf.user, name, spec: { cluster, user_name: `${name}-2` } });
const poolOf =
  (size: number) =>
  ({ name, otherId: cluster }: Owner): string =>
    partInput({
      kind: kindOf.pool,
      name,
      spec: { cluster, mode: "session", size, database: "defaultdb", user: "doadmin" },
    });
const replicaOf =
  (size_slug: string, storage_gib: number) =>
  ({ name, otherId: cluster }: Owner): string =>
    partInput({ kind: kindOf.replica, name, spec: { cluster, region: "nyc3", size_slug, storage_gib } });
const smallReplica = replicaOf("db-s-1vcpu-2gb", 30);
const largeReplica = replicaOf("db-s-2vcpu-4gb", 60);
const large = { size: "db-s-2vcpu-4gb", storage_size_mib: 61_440 };

const databases = { kind: kindOf.database, ...part("dbs", "/database/") };
const users = { kind: kindOf.user, ...part("users", "/user/") };
const pools = { kind: kindOf.pool, ...part("pools", "/") };
const replicas = { kind: kindOf.replica, ...part("replicas", "/replicas/") };

/** Every operation on what a cluster holds. */
export const partSubjects: readonly FaultSubject[] = [
  { ...databases, operation: "create", after: database, wanted: named },
  { ...databases, operation: "replace", before: database, after: renamedDatabase, wanted: renamed },
  { ...databases, operation: "destroy", before: database, after: database, wanted: gone },
  { ...users, operation: "create", after: user, wanted: named },
  { ...users, operation: "replace", before: user, after: renamedUser, wanted: renamed },
  { ...users, operation: "destroy", before: user, after: user, wanted: gone },
  { ...pools, operation: "create", after: poolOf(5), wanted: (owner) => ({ ...named(owner), size: 5 }) },
  {
    ...pools,
    operation: "replace",
    before: poolOf(5),
    after: poolOf(6),
    wanted: (owner) => ({ ...named(owner), size: 6 }),
  },
  { ...pools, operation: "destroy", before: poolOf(5), after: poolOf(5), wanted: gone },
  { ...replicas, operation: "create", after: smallReplica, wanted: named },
  {
    ...replicas,
    operation: "change",
    before: smallReplica,
    after: largeReplica,
    wanted: (owner) => ({ ...named(owner), ...large }),
  },
  { ...replicas, operation: "destroy", before: smallReplica, after: smallReplica, wanted: gone },
];
