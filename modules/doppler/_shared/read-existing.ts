import { dopplerOf } from "../../../clients/doppler.js";
import type { ExistingResource, StateEntry, VendorContext } from "../../../contract/vendor.js";
import { listOf } from "../../../http/json.js";

const secretType = "planton-doppler:index/secret:Secret";

/**
 * Looks for a secret by its id, among the names of its config, so that no value is read; see
 * VendorAdapter.readExisting.
 */
export async function readExisting(
  entry: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  if (entry.type !== secretType) return undefined;
  const [project = "", config = "", name = ""] = entry.id.split(".");
  const query = new URLSearchParams({ project, config });
  const body = await dopplerOf(context).find(`/v3/configs/config/secrets/names?${query}`);
  if (body === undefined || body === "absent") return body;
  return listOf(body["names"]).includes(name) ? { tags: [] } : "absent";
}
