import { isJsonObject } from "../../../contract/json-object.js";
import type { ExistingResource, StateEntry, VendorSurroundings } from "../../../contract/vendor.js";
import { findApi } from "./api.js";

/** Where resources of a type are read, and the property of the answer that holds them. */
const places: Readonly<Record<string, { readonly path: string; readonly key: string }>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": { path: "/v2/databases", key: "database" },
  "digitalocean:index/vpc:Vpc": { path: "/v2/vpcs", key: "vpc" },
};
const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";

/** Reads a cluster or a VPC by its id, a firewall by its cluster's; see VendorAdapter.readExisting. */
export async function readExisting(
  entry: StateEntry,
  surroundings: VendorSurroundings,
): Promise<ExistingResource | "absent" | undefined> {
  if (entry.type === firewallType) {
    const clusterId = entry.inputs["clusterId"];
    if (typeof clusterId !== "string") return undefined;
    const type = "digitalocean:index/databaseCluster:DatabaseCluster";
    return readExisting({ type, id: clusterId, inputs: {} }, surroundings);
  }
  const place = places[entry.type];
  if (place === undefined) return undefined;
  const answer = await findApi(`${place.path}/${encodeURIComponent(entry.id)}`, surroundings);
  if (answer === undefined || answer === "absent") return answer;
  const found = answer[place.key];
  const tags = isJsonObject(found) ? found["tags"] : undefined;
  return { tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [] };
}
