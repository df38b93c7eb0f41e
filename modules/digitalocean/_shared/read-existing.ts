import { digitalOceanOf } from "../../../clients/digitalocean.js";
import type { ExistingResource, StateEntry, VendorSurroundings } from "../../../contract/vendor.js";
import { asObject, asTexts } from "../../../http/json.js";

/** Where resources of a type are read, and the property of the body that holds them. */
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
  const body = await digitalOceanOf(surroundings).find(`${place.path}/${encodeURIComponent(entry.id)}`);
  if (body === undefined || body === "absent") return body;
  return { tags: asTexts(asObject(body[place.key])?.["tags"]) };
}
