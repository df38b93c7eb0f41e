import { digitalOceanOf } from "../../../clients/digitalocean.js";
import type { ExistingResource, StateEntry, VendorContext } from "../../../contract/vendor.js";
import { asObject, asStrings } from "../../../http/json.js";
import { clusterPart, partPath, partPlace } from "./cluster-parts.js";
import { tagType } from "./missing-tags.js";

const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";

/**
 * Reads a cluster, what it holds or a VPC by its id, a tag by its name, a firewall by its cluster's; see
 * VendorAdapter.readExisting.
 */
export async function readExisting(
  entry: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const place = placeOf(entry);
  if (place === undefined) return undefined;
  const body = await digitalOceanOf(context).find(place.path);
  if (body === undefined || body === "absent") return body;
  return { tags: asStrings(asObject(body[place.key])?.["tags"]) };
}

/** Where a resource is read, and the property of the body that holds it. */
function placeOf({ type, id, inputs }: StateEntry): { readonly path: string; readonly key: string } | undefined {
  switch (type) {
    case firewallType: {
      const clusterId = inputs["clusterId"];
      return typeof clusterId === "string" ? clusterPlace(clusterId) : undefined;
    }
    case "digitalocean:index/databaseCluster:DatabaseCluster":
      return clusterPlace(id);
    case "digitalocean:index/vpc:Vpc":
      return { path: `/v2/vpcs/${encodeURIComponent(id)}`, key: "vpc" };
    case tagType:
      return { path: `/v2/tags/${encodeURIComponent(id)}`, key: "tag" };
    default: {
      const part = clusterPart(type);
      if (part === undefined) return undefined;
      const { clusterId, name } = partPlace(part, id);
      return { path: partPath(part, clusterId, name), key: part.key };
    }
  }
}

const clusterPlace = (id: string) => ({ path: `/v2/databases/${encodeURIComponent(id)}`, key: "database" });
