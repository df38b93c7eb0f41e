import { apiPath, tidbCloudOf } from "../../../clients/tidbcloud.js";
import type { ExistingResource, StateEntry, VendorContext } from "../../../contract/vendor.js";

const clusterType = "tidbcloud:index/serverlessCluster:ServerlessCluster";

/** Reads a cluster by its id; see VendorAdapter.readExisting. */
export async function readExisting(
  entry: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  if (entry.type !== clusterType) return undefined;
  const client = tidbCloudOf("serverless", context);
  const body = await client.find(`${apiPath}/clusters/${encodeURIComponent(entry.id)}`);
  return body === undefined || body === "absent" ? body : { tags: [] };
}
