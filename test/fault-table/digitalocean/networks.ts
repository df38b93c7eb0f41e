import { somebodysCluster } from "../../support/cluster-parts-bed.js";
import { firewallInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, Owner, VendorObject } from "../fault-subject.js";
import { digitalOcean, listed } from "./digitalocean-vendor.js";

/** Ranges that no other case has, nor the region's default VPC (10.136.0.0/20). */
function rangeOf(name: string, second: number): string {
  const number = Number(name.replaceAll(/\D/g, ""));
  return `10.${number % 120}.${2 * Math.floor(number / 120) + second}.0/24`;
}
const network = ({ name }: Owner): string => vpcInput({ name, ipRange: rangeOf(name, 0), description: "first" });
const changed = ({ name }: Owner): string => vpcInput({ name, ipRange: rangeOf(name, 0), description: "second" });
const replaced = ({ name }: Owner): string => vpcInput({ name, ipRange: rangeOf(name, 1), description: "first" });

async function vpcs(bed: PlantonBed, owner: Owner): Promise<readonly VendorObject[]> {
  const own = (await listed(bed, "vpcs")).filter(({ name }) => name === owner.name);
  return own.map((facts) => ({ id: String(facts["id"]), path: `/v2/vpcs/${facts["id"]}`, facts }));
}
const vpcIs =
  (second: number, description: string) =>
  ({ name }: Owner) => ({ ip_range: rangeOf(name, second), description });

const office = { type: "ip_addr", value: "203.0.113.7" };
const branch = { type: "ip_addr", value: "203.0.113.8" };
const rules = ({ name, otherId: cluster }: Owner): string => firewallInput(name, { cluster, rules: [office] });
const moreRules = ({ name, otherId: cluster }: Owner): string =>
  firewallInput(name, { cluster, rules: [office, branch] });

/** The cluster whose list a firewall is. */
async function firewalled(bed: PlantonBed, { otherId }: Owner): Promise<readonly VendorObject[]> {
  const clusters = (await listed(bed, "databases")).filter(({ id }) => id === otherId);
  return clusters.map(({ rules: list }) => ({
    id: otherId,
    path: `/v2/databases/${otherId}`,
    facts: { sources: Array.isArray(list) ? list.length : 0 },
  }));
}

const vpc = { vendor: digitalOcean, kind: "DigitalOceanVpc", objects: vpcs } as const;
const firewall = {
  vendor: digitalOcean,
  kind: "DigitalOceanDatabaseFirewall",
  objects: firewalled,
  prepare: (bed: PlantonBed, name: string) => somebodysCluster(bed, `${name}-other`),
} as const;

/** Every operation on a VPC. */
export const vpcSubjects: readonly FaultSubject[] = [
  { ...vpc, operation: "create", after: network, wanted: vpcIs(0, "first") },
  { ...vpc, operation: "change", before: network, after: changed, wanted: vpcIs(0, "second") },
  { ...vpc, operation: "replace", before: network, after: replaced, wanted: vpcIs(1, "first") },
  { ...vpc, operation: "destroy", before: network, after: network, wanted: () => undefined },
];

/** Every operation on a cluster's list of trusted sources. */
export const firewallSubjects: readonly FaultSubject[] = [
  { ...firewall, operation: "create", after: rules, wanted: () => ({ sources: 1 }) },
  { ...firewall, operation: "change", before: rules, after: moreRules, wanted: () => ({ sources: 2 }) },
  // The list stays: an empty one would open the cluster.
  { ...firewall, operation: "destroy", before: rules, after: rules, wanted: () => ({ sources: 1 }) },
];
