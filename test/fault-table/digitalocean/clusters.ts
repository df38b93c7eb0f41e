import { clusterInput } from "../../support/kinds/stack-inputs.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner, VendorObject } from "../fault-subject.js";
import { digitalOcean, listed } from "./digitalocean-vendor.js";

const office = { type: "ip_addr", value: "203.0.113.7" };
const window = { day: "sunday", hour: "03:00" };

/** The README's own cluster, and every change that is made in place by a call of its own. */
const small = ({ name }: Owner): string => clusterInput(name);
const changed = ({ name }: Owner): string =>
  clusterInput(name, { nodeCount: 2, trustedSources: [office], maintenanceWindow: window, tags: ["team:data"] });
const replaced = ({ name }: Owner): string => clusterInput(name, { engine: "mysql", engineVersion: "8" });

interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly engine: string;
  readonly num_nodes: number;
  readonly rules: readonly unknown[];
  readonly tags: readonly string[] | null;
  readonly maintenance_window: { readonly day: string };
}

async function objects(bed: PlantonBed, owner: Owner): Promise<readonly VendorObject[]> {
  const clusters = (await listed(bed, "databases")) as unknown as readonly Cluster[];
  return clusters
    .filter(({ name }) => name === owner.name)
    .map(({ id, engine, num_nodes, rules, tags, maintenance_window }) => ({
      id,
      path: `/v2/databases/${id}`,
      facts: {
        engine,
        nodes: num_nodes,
        sources: rules.length,
        day: maintenance_window.day,
        isTagged: (tags ?? []).includes("team:data"),
      },
    }));
}

const first = { engine: "pg", nodes: 1, sources: 1, isTagged: false };
const second = { engine: "pg", nodes: 2, sources: 2, day: "sunday", isTagged: true };
const common = { vendor: digitalOcean, kind: "DigitalOceanDatabaseCluster", objects } as const;

/** Every operation on a database cluster. */
export const clusterSubjects: readonly FaultSubject[] = [
  { ...common, operation: "create", after: small, wanted: () => first },
  { ...common, operation: "change", before: small, after: changed, wanted: () => second },
  { ...common, operation: "replace", before: small, after: replaced, wanted: () => ({ ...first, engine: "mysql" }) },
  { ...common, operation: "destroy", before: small, after: small, wanted: () => undefined },
];
