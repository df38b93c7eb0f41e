import { dopplerOf } from "../../../clients/doppler.js";
import type { ExistingResource, StateEntry, VendorContext } from "../../../contract/vendor.js";
import { listOf } from "../../../http/json.js";

const secretTypes: readonly string[] = [
  "planton-doppler:index/secret:Secret",
  "planton-doppler:index/secretSet:SecretSet",
];

/**
 * Looks for a secret by its id, among the names of its config, so that no value is read; of a set one is enough. See
 * VendorAdapter.readExisting.
 */
export async function readExisting(
  entry: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  if (!secretTypes.includes(entry.type)) return undefined;
  const [project = "", config = "", names = ""] = entry.id.split(".");
  const query = new URLSearchParams({ project, config });
  const body = await dopplerOf(context).find(`/v3/configs/config/secrets/names?${query}`);
  if (body === undefined || body === "absent") return body;
  return names.split(",").some((name) => listOf(body["names"]).includes(name)) ? { tags: [] } : "absent";
}
