import type { FoundResource, PendingCreate, VendorSurroundings } from "../../../contract/vendor.js";
import { type JsonObject, listApi } from "./api.js";
import { ownerTag } from "./tags.js";

/** Type tokens of the resources that are looked up, with the inputs that identify them. */
export const lookups = {
  "digitalocean:index/databaseCluster:DatabaseCluster": ["name", "engine"],
  "digitalocean:index/vpc:Vpc": ["name", "region"],
} as const satisfies Record<string, readonly string[]>;

/** How far the vendor's clock may be behind ours. */
const clockToleranceMs = 5 * 60_000;

/**
 * Looks for the outcome of a pending create: a database cluster by name and engine, ours when it has the owner's tag; a
 * VPC by name (unique in the account) and region, ours when it was made since the run began. Undefined for every other
 * type: setting a firewall's list again does no harm.
 */
export async function findCreated(
  pending: PendingCreate,
  surroundings: VendorSurroundings,
): Promise<readonly FoundResource[] | undefined> {
  switch (pending.type) {
    case "digitalocean:index/databaseCluster:DatabaseCluster": {
      const clusters = await listApi("/v2/databases", "databases", surroundings);
      return matching(clusters, pending, lookups[pending.type]).map((cluster) => ({
        id: String(cluster["id"]),
        description: `${cluster["engine"]} cluster "${cluster["name"]}" in ${cluster["region"]}, ${cluster["status"]}, made ${cluster["created_at"]}`,
        ours: hasTag(cluster, ownerTag(pending.owner)),
        isReady: cluster["status"] === "online",
      }));
    }
    case "digitalocean:index/vpc:Vpc": {
      const vpcs = await listApi("/v2/vpcs", "vpcs", surroundings);
      return matching(vpcs, pending, lookups[pending.type]).map((vpc) => ({
        id: String(vpc["id"]),
        description: `VPC "${vpc["name"]}" in ${vpc["region"]}, range ${vpc["ip_range"]}, made ${vpc["created_at"]}`,
        ours: madeSince(vpc, pending.startedAtMs),
        isReady: true,
      }));
    }
    default:
      return undefined;
  }
}

function matching(
  items: readonly JsonObject[],
  pending: PendingCreate,
  keys: readonly string[],
): readonly JsonObject[] {
  return items.filter((item) => keys.every((key) => item[key] === pending.inputs[key]));
}

function hasTag(item: JsonObject, wanted: string): boolean {
  const tags = item["tags"];
  return (
    Array.isArray(tags) && tags.some((tag) => typeof tag === "string" && tag.toLowerCase() === wanted.toLowerCase())
  );
}

function madeSince(item: JsonObject, startedAtMs: number | undefined): boolean {
  const madeAtMs = Date.parse(String(item["created_at"]));
  return startedAtMs !== undefined && madeAtMs >= startedAtMs - clockToleranceMs;
}
