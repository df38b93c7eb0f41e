import { listOf } from "../../../contract/json-object.js";
import type { ExistingResource, StateEntry, VendorSurroundings } from "../../../contract/vendor.js";
import { findDoppler } from "./api.js";

const secretType = "planton-doppler:index/secret:Secret";

/** Looks for a secret by its id, among the names of its config, so that no value is read; see VendorAdapter.readExisting. */
export async function readExisting(
  entry: StateEntry,
  surroundings: VendorSurroundings,
): Promise<ExistingResource | "absent" | undefined> {
  if (entry.type !== secretType) return undefined;
  const [project = "", config = "", name = ""] = entry.id.split(".");
  const query = new URLSearchParams({ project, config });
  const answer = await findDoppler(`/v3/configs/config/secrets/names?${query}`, surroundings);
  if (answer === undefined || answer === "absent") return answer;
  return listOf(answer["names"]).includes(name) ? { tags: [] } : "absent";
}
