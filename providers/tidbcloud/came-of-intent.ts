import { asText, type JsonObject } from "../../http/json.js";
import { isInTime } from "../kit/creation-record.js";
import type { Intent } from "../kit/intent-store.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/**
 * Whether an object came of an intent: it has its id; or, while the answer is not known, it is of that name and time and no
 * other creation's. Without a time of its own it was made now at the latest.
 */
export function cameOfIntent(
  { api, intent }: { readonly api: TidbCloudApi; readonly intent: Intent },
  id: string,
  object: JsonObject,
): boolean {
  if (intent.id !== undefined) return id === intent.id;
  if (intent.knownBefore.includes(id) || api.claimed.has(id)) return false;
  const createdMs = Date.parse(asText(object["createTime"]) ?? "");
  const madeMs = Number.isNaN(createdMs) ? api.clock.nowMs() : createdMs;
  return isInTime(intent, madeMs) && asText(object["displayName"]) === intent.displayName;
}

/** The one that fits; undefined when several do, of which none is known to be meant. */
export function theOnly(fitting: readonly JsonObject[]): JsonObject | undefined {
  return fitting.length === 1 ? fitting[0] : undefined;
}
