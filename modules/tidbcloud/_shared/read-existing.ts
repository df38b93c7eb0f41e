import type { ExistingResource, StateEntry, VendorSurroundings } from "../../../contract/vendor.js";
import { findTidbCloud } from "./api.js";

const clusterType = "tidbcloud:index/serverlessCluster:ServerlessCluster";

/** Reads a cluster by its id; see VendorAdapter.readExisting. */
export async function readExisting(
  entry: StateEntry,
  surroundings: VendorSurroundings,
): Promise<ExistingResource | "absent" | undefined> {
  if (entry.type !== clusterType) return undefined;
  const base = surroundings.env["TIDBCLOUD_SERVERLESS_ENDPOINT"] || "https://serverless.tidbapi.com";
  const path = `/v1beta1/clusters/${encodeURIComponent(entry.id)}`;
  const answer = await findTidbCloud({ base, path }, surroundings);
  return answer === undefined || answer === "absent" ? answer : { tags: [] };
}
