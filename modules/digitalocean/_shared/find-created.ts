import type { JsonObject } from "../../../contract/json-object.js";
import type { FoundResource, PendingCreate, VendorSurroundings } from "../../../contract/vendor.js";
import { listApi } from "./api.js";
import { type ClusterWithoutPassword, missingPassword } from "./missing-password.js";
import { ownerTag } from "./tags.js";

/** Type tokens of the resources that are looked up, with the inputs that identify them. */
export const lookups = {
  "digitalocean:index/databaseCluster:DatabaseCluster": ["name", "engine"],
  "digitalocean:index/vpc:Vpc": ["name", "region"],
} as const satisfies Record<string, readonly string[]>;

/** Inputs that no answer of the API holds: where a cluster's data was restored from. */
export const unreadable = {
  "digitalocean:index/databaseCluster:DatabaseCluster": ["backupRestore"],
} as const satisfies Partial<Record<keyof typeof lookups, readonly string[]>>;

/** How far the vendor's clock may be behind ours. */
const clockToleranceMs = 5 * 60_000;

/**
 * Looks for the outcome of a pending create: a database cluster by name and engine, ours when it has the owner's tag; a
 * VPC by name (unique in the account) and region, never ours: it takes no tags, and another stack may have made it.
 * Undefined for every other type: setting a firewall's list again does no harm.
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
        ours: hasTag(cluster, ownerTag(pending.owner)) && madeSince(cluster, pending.startedAtMs),
        isReady: cluster["status"] === "online",
        ...(cluster["engine"] === "mongodb" ? { afterImport: missingPassword(clusterOf(cluster)) } : {}),
      }));
    }
    case "digitalocean:index/vpc:Vpc": {
      const vpcs = await listApi("/v2/vpcs", "vpcs", surroundings);
      return matching(vpcs, pending, lookups[pending.type]).map((vpc) => ({
        id: String(vpc["id"]),
        description: `VPC "${vpc["name"]}" in ${vpc["region"]}, range ${vpc["ip_range"]}, made ${vpc["created_at"]}`,
        ours: false,
        isReady: true,
      }));
    }
    default:
      return undefined;
  }
}

function clusterOf({ name, id, engine }: JsonObject): ClusterWithoutPassword {
  return { name: String(name), id: String(id), engine: String(engine) };
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
  return startedAtMs === undefined || madeAtMs >= startedAtMs - clockToleranceMs;
}

const collections: Readonly<Record<string, string>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": "/v2/databases",
  "digitalocean:index/vpc:Vpc": "/v2/vpcs",
} satisfies Record<keyof typeof lookups, string>;

/** Statuses that leave open what became of the request: a later try may have met what an earlier one made. */
const openStatuses: ReadonlySet<string> = new Set(["408", "409", "425", "429"]);

/**
 * True when the plugin's message says that DigitalOcean has refused to make it. The plugin writes method, address and
 * status of the failed request: `POST https://api.digitalocean.com/v2/databases: 422 (request "...") invalid size`
 * (godo's ErrorResponse in the plugin 4.80.1, as of August 2026).
 */
export function isRefusedCreate(type: string, message: string): boolean {
  const collection = collections[type];
  const failed = /\bPOST https?:\/\/[^\s/]+(\/\S*): (\d{3})\b/.exec(message);
  const status = failed?.[2] ?? "";
  return (
    collection !== undefined &&
    failed?.[1]?.endsWith(collection) === true &&
    /^4/.test(status) &&
    !openStatuses.has(status)
  );
}
