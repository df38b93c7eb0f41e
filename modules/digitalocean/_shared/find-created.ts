import { digitalOceanOf, listAll } from "../../../clients/digitalocean.js";
import type { CreateRefusal, FoundResource, PendingCreate, VendorContext } from "../../../contract/vendor.js";
import type { JsonObject } from "../../../http/json.js";
import { clusterPart, clusterParts } from "./cluster-parts.js";
import { findPart, madeSince } from "./find-part.js";
import { type MissingPassword, missingPassword } from "./missing-password.js";
import { hasTag, ownerTag } from "./tags.js";

/** Type tokens of the resources that are looked up, with the inputs that identify them. */
export const lookups = {
  "digitalocean:index/databaseCluster:DatabaseCluster": ["name", "engine"],
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": ["name", "clusterId"],
  "digitalocean:index/databaseDb:DatabaseDb": ["name", "clusterId"],
  "digitalocean:index/databaseReplica:DatabaseReplica": ["name", "clusterId"],
  "digitalocean:index/databaseUser:DatabaseUser": ["name", "clusterId"],
  "digitalocean:index/vpc:Vpc": ["name", "region", "ipRange"],
} as const satisfies Record<string, readonly string[]>;

/** Inputs that no response of the API holds: where a cluster's data was restored from. */
export const unreadable = {
  "digitalocean:index/databaseCluster:DatabaseCluster": ["backupRestore"],
} as const satisfies Partial<Record<keyof typeof lookups, readonly string[]>>;

/**
 * Looks for the outcome of a pending create: database clusters of its name and engine, and those with the owner's tag,
 * which are ours; VPCs of its name (unique in the account) and region, and of its range where one is given: they take no
 * tags; and what a cluster holds, by {@link findPart}. Undefined for every other type: setting a firewall's list again
 * does no harm.
 */
export async function findCreated(
  pending: PendingCreate,
  context: VendorContext,
): Promise<readonly FoundResource[] | undefined> {
  switch (pending.type) {
    case "digitalocean:index/databaseCluster:DatabaseCluster": {
      const clusters = await listAll(digitalOceanOf(context), { path: "/v2/databases", key: "databases" });
      const tag = ownerTag(pending.owner);
      const keys = lookups[pending.type];
      return clusters
        .filter((cluster) => matches(cluster, pending, keys) || hasTag(cluster, tag))
        .map((cluster) => ({
          id: String(cluster["id"]),
          description: `${cluster["engine"]} cluster "${cluster["name"]}" in ${cluster["region"]}, ${cluster["status"]}, made ${cluster["created_at"]}`,
          ours: hasTag(cluster, tag) && madeSince(cluster, pending),
          takesMark: true,
          isReady: cluster["status"] === "online",
          ...(cluster["engine"] === "mongodb" ? { afterImport: missingPassword(passwordOf(cluster)) } : {}),
        }));
    }
    case "digitalocean:index/vpc:Vpc": {
      const vpcs = await listAll(digitalOceanOf(context), { path: "/v2/vpcs", key: "vpcs" });
      const keys = lookups[pending.type];
      return vpcs
        .filter((vpc) => matches(vpc, pending, keys))
        .map((vpc) => ({
          id: String(vpc["id"]),
          description: `VPC "${vpc["name"]}" in ${vpc["region"]}, range ${vpc["ip_range"]}, made ${vpc["created_at"]}`,
          ours: false,
          takesMark: false,
          isReady: true,
        }));
    }
    default: {
      const part = clusterPart(pending.type);
      return part && findPart(part, pending, context);
    }
  }
}

function passwordOf({ name, id, engine }: JsonObject): MissingPassword {
  return { of: `the ${engine} cluster "${name}"`, clusterId: String(id), user: "doadmin", engine: String(engine) };
}

/** Names of the API where they are others than the plugin's. */
const apiKeys: Readonly<Record<string, string>> = { ipRange: "ip_range" };

/** An input that was left to the vendor (a VPC's range) fits whatever the vendor chose. */
function matches(item: JsonObject, { inputs }: PendingCreate, keys: readonly string[]): boolean {
  return keys.every((key) => inputs[key] === undefined || item[apiKeys[key] ?? key] === inputs[key]);
}

/** The paths that a creation is sent to. */
const collections: Readonly<Record<string, RegExp>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": /\/v2\/databases$/,
  "digitalocean:index/vpc:Vpc": /\/v2\/vpcs$/,
  ...Object.fromEntries(
    Object.entries(clusterParts).map(([type, { collection }]) => [
      type,
      new RegExp(`/v2/databases/[^/]+/${collection}$`),
    ]),
  ),
};

/** Statuses that leave open what became of the request: a later try may have met what an earlier one made. */
const openStatuses: ReadonlySet<string> = new Set(["408", "409", "425", "429"]);

/** DigitalOcean's words for a name that is in use (its API's responses to VPCs and tags, as of August 2026). */
const nameTaken = /name.*(already (taken|in use)|not available|not unique)|already exists/i;

/**
 * How DigitalOcean has refused to make it, by the plugin's message, which holds method, address and status of the failed
 * request: `POST https://api.digitalocean.com/v2/databases: 422 (request "...") invalid size` (godo's ErrorResponse in the
 * plugin 4.80.1, as of August 2026). The plugin sends a POST again after a lost response, so a name that is taken may
 * have been taken by its first try.
 */
export function refusalOf(type: string, message: string): CreateRefusal | undefined {
  const failed = /\bPOST https?:\/\/[^\s/]+(\/\S*): (\d{3})\b/.exec(message);
  const status = failed?.[2] ?? "";
  if (collections[type]?.test(failed?.[1] ?? "") !== true) return undefined;
  if (!/^4/.test(status)) return undefined;
  if (nameTaken.test(message)) return "name taken";
  return openStatuses.has(status) ? undefined : "refused";
}
