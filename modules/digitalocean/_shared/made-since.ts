import type { PendingCreate } from "../../../contract/vendor.js";
import type { JsonObject } from "../../../http/json.js";

/** How far the vendor's clock may be behind ours. */
const clockToleranceMs = 5 * 60_000;

/** True unless the vendor says that it was made before the run that began the creation, where its start is given. */
export function madeSince(item: JsonObject, { startedAtMs }: Pick<PendingCreate, "startedAtMs">): boolean {
  const madeAtMs = Date.parse(String(item["created_at"]));
  return startedAtMs === undefined || madeAtMs >= startedAtMs - clockToleranceMs;
}
