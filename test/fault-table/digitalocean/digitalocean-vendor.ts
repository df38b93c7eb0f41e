import { sendTo } from "../../support/cluster-parts-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultVendor } from "../fault-subject.js";

/** A database cluster or VPC as the API lists it. */
type Listed = Readonly<Record<string, unknown>>;

/** Everything of a list of the default account. */
export async function listed(bed: PlantonBed, key: "databases" | "vpcs"): Promise<readonly Listed[]> {
  const items: Listed[] = [];
  for (let page = 1; ; page += 1) {
    const response = await bed.get(`/v2/${key}?per_page=200&page=${page}`);
    const found = (response[key] ?? []) as readonly Listed[];
    items.push(...found);
    if (found.length < 200) return items;
  }
}

function hasRules({ rules }: Listed): boolean {
  return Array.isArray(rules) && rules.length > 0;
}

/** DigitalOcean: a cluster whose list of trusted sources becomes empty is open to everyone. */
export const digitalOcean: FaultVendor = {
  name: "digitalocean",
  ids: "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  remove: async (bed, path) => void (await sendTo(bed, "DELETE", path)),
  async exposure(bed) {
    const closed = new Set((await listed(bed, "databases")).filter(hasRules).map(({ id }) => id));
    return async () =>
      (await listed(bed, "databases"))
        .filter((database) => closed.has(database["id"]) && !hasRules(database))
        .map(({ name }) => String(name));
  },
};
