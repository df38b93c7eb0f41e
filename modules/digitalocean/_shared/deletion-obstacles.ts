import { digitalOceanOf, listAll } from "../../../clients/digitalocean.js";
import type { DeletionObstacles, StateEntry, VendorContext } from "../../../contract/vendor.js";
import { asObject, asString, type JsonObject } from "../../../http/json.js";

/** How long the plugin tries to delete a VPC: a cluster that was just deleted counts as a member for minutes. */
export const vpcDeletionMinutes = 15;

/**
 * Who is in a VPC that is to be deleted, or that it is a default one: DigitalOcean refuses both (409 and 403), and the
 * plugin sends the deletion again and says nothing (tf-do v2.99.1). See VendorAdapter.readObstacles.
 */
export async function readObstacles(
  { type, id }: Pick<StateEntry, "type" | "id">,
  context: VendorContext,
): Promise<DeletionObstacles | undefined> {
  if (type !== "digitalocean:index/vpc:Vpc") return undefined;
  const client = digitalOceanOf(context);
  const path = `/v2/vpcs/${encodeURIComponent(id)}`;
  const body = await client.find(path);
  if (body === undefined || body === "absent") return undefined;
  const until = `the deletion is tried for ${vpcDeletionMinutes} minutes, and ^C stops it`;
  const vpc = asObject(body["vpc"]);
  if (vpc?.["default"] === true) {
    const found = [`it is the default VPC of ${asString(vpc["region"]) ?? "its region"}, which DigitalOcean keeps`];
    return { found, advice: `make another VPC the default in DigitalOcean's console; ${until}` };
  }
  const members = await listAll(client, { path: `${path}/members`, key: "members" });
  if (members.length === 0) return undefined;
  const advice = `destroy what is in it, then this goes on by itself; what was just deleted counts for some minutes; ${until}`;
  return { found: members.map(memberText), advice };
}

function memberText({ name, urn }: JsonObject): string {
  return `"${asString(name) ?? ""}" (${asString(urn) ?? "without a urn"})`;
}
