import { digitalOceanOf } from "../../../clients/digitalocean.js";
import type { FoundResource, PendingCreate, VendorContext } from "../../../contract/vendor.js";
import { asNonEmptyString, asObjects, type JsonObject } from "../../../http/json.js";
import { type ClusterPart, type PartPlace, partId, partPath } from "./cluster-parts.js";
import { missingPassword } from "./missing-password.js";
import { hasTag, ownerTag } from "./tags.js";

/**
 * Looks in a cluster for the outcome of a pending create: what has its name, and replicas with the owner's tag, which are
 * ours. Everything else takes no tags. Finds nothing where the cluster is gone.
 */
export async function findPart(
  part: ClusterPart,
  pending: PendingCreate,
  context: VendorContext,
): Promise<readonly FoundResource[]> {
  const { clusterId, name } = pending.inputs;
  if (typeof clusterId !== "string" || typeof name !== "string") return [];
  const tag = ownerTag(pending.owner);
  const parts = await readParts(part, { clusterId, name }, context);
  return parts
    .filter((item) => item["name"] === name || hasTag(item, tag))
    .map((item) => foundPart(part, clusterId, item, hasTag(item, tag) && madeSince(item, pending)));
}

/** More replicas than a cluster can have. */
const allReplicas = "?page=1&per_page=200";

/** The part of that name, or all where another one may carry the tag. Throws E_VENDOR, also for what may not be read. */
async function readParts(
  part: ClusterPart,
  { clusterId, name }: PartPlace,
  context: VendorContext,
): Promise<readonly JsonObject[]> {
  const client = digitalOceanOf(context);
  const path = part.takesTags ? `${partPath(part, clusterId)}${allReplicas}` : partPath(part, clusterId, name);
  const response = await client.send({ method: "GET", path });
  if (response.status === 404) return [];
  const body = client.bodyOf(response);
  return asObjects(part.takesTags ? body[part.collection] : [body[part.key]]);
}

function foundPart(part: ClusterPart, clusterId: string, item: JsonObject, ours: boolean): FoundResource {
  const name = String(item["name"]);
  const { status, region, created_at, password } = item;
  const details = part.takesTags ? ` in ${region}, ${status}, made ${created_at}` : "";
  const isUser = part.collection === "users";
  return {
    id: partId(part, { clusterId, name }),
    importId: `${clusterId},${name}`,
    description: `${part.what} "${name}" of cluster ${clusterId}${details}`,
    ours,
    takesMark: part.takesTags,
    isReady: !part.takesTags || status === "online" || status === "active",
    ...(isUser && asNonEmptyString(password) === undefined
      ? { afterImport: missingPassword({ of: `database user "${name}"`, clusterId, user: name, engine: undefined }) }
      : {}),
  };
}

/** How far the vendor's clock may be behind ours. */
const clockToleranceMs = 5 * 60_000;

/** True unless the vendor says that it was made before the run that began the creation, where its start is given. */
export function madeSince(item: JsonObject, { startedAtMs }: Pick<PendingCreate, "startedAtMs">): boolean {
  const madeAtMs = Date.parse(String(item["created_at"]));
  return startedAtMs === undefined || madeAtMs >= startedAtMs - clockToleranceMs;
}
