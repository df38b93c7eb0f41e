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
    return { found, cure: "make another VPC the default in DigitalOcean's console", until, isHopeless: true };
  }
  const members = await listAll(client, { path: `${path}/members`, key: "members" });
  if (members.length === 0) return undefined;
  const cure = "destroy what is in it; what was just deleted counts for some minutes";
  const existing = await Promise.all(members.map((member) => exists(member, client)));
  return { found: members.map(memberText), cure, until, isHopeless: existing.includes(true) };
}

/** Where a member is read, by the type in its urn (DigitalOcean's documentation of URNs, 2026-11-30). */
const memberPaths: Readonly<Record<string, string>> = {
  dbaas: "/v2/databases",
  droplet: "/v2/droplets",
  kubernetes: "/v2/kubernetes/clusters",
  loadbalancer: "/v2/load_balancers",
};

/** True for a member that is there itself: what was deleted is listed for some minutes more. */
async function exists({ urn }: JsonObject, client: ReturnType<typeof digitalOceanOf>): Promise<boolean> {
  const [, type = "", id = ""] = (asString(urn) ?? "").split(":");
  const path = memberPaths[type];
  if (path === undefined) return false;
  const body = await client.find(`${path}/${encodeURIComponent(id)}`);
  return body !== undefined && body !== "absent";
}

function memberText({ name, urn }: JsonObject): string {
  return `"${asString(name) ?? ""}" (${asString(urn) ?? "without a urn"})`;
}
