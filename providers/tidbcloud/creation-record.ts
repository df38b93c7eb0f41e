import type { JsonObject } from "../../contract/json-object.js";
import { asText } from "../kit/json-answer.js";
import type { ReplacedResources, ResourceCall } from "../kit/resource.js";
import type { Intent, IntentSubject } from "./intent-store.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What a creation's record is about. */
export interface Recorded {
  readonly api: TidbCloudApi;
  readonly subject: IntentSubject;
  readonly displayName: string;
  /** What the state holds under the same URN; undefined: nothing. */
  readonly replaced: ReplacedResources | undefined;
}

// The vendor's clock and ours may differ; what is of that name from long before the record is not ours.
const clockToleranceMs = 10 * 60_000;

/** Whether an object came of an intent whose answer was lost: it is new and of that name. */
export function cameOfIntent(intent: Intent, id: string, object: JsonObject): boolean {
  if (intent.id !== undefined) return id === intent.id;
  if (intent.knownBefore.includes(id)) return false;
  const createdMs = Date.parse(asText(object["createTime"]) ?? "");
  const isRecent = Number.isNaN(createdMs) || createdMs >= intent.startedAtMs - clockToleranceMs;
  return isRecent && asText(object["displayName"]) === intent.displayName;
}

/** The record of an earlier run, if it is not about the resource that is being replaced. Throws E_UNFINISHED. */
export function usableIntent({ api, replaced, subject }: Recorded): Intent | undefined {
  const intent = api.intents.read(subject);
  const mayBeTheOld = replaced !== undefined && replaced.ids.size === 0 && intent?.answered === true;
  return mayBeTheOld ? undefined : intent;
}

/** Writes down what came of an intent. */
export function noteMade({ api, subject }: Pick<Recorded, "api" | "subject">, intent: Intent): void {
  try {
    api.intents.write(subject, intent);
  } catch {
    // It is there and the engine has to hear of it; the record without its id finds it as well.
  }
}

/**
 * Ends the record of a creation. `isFoundAgain`: without it, by a mark. Otherwise it has to stay, until the engine is known
 * to have the resource in its state.
 */
export function closeRecord(recorded: Recorded, made: { readonly id: string; readonly isFoundAgain: boolean }): void {
  const { api, subject, displayName } = recorded;
  const facts = { displayName, knownBefore: [], startedAtMs: api.clock.nowMs() };
  if (made.isFoundAgain) api.intents.remove(subject);
  else noteMade(recorded, { ...facts, id: made.id, answered: true });
}

/** Once a refresh, an update or a deletion names a resource, the engine has it in its state. */
export function forgetRecord({ intents }: TidbCloudApi, subject: IntentSubject, id: string): void {
  if (intents.read(subject)?.id === id) intents.remove(subject);
}

/**
 * Whether a deletion is about what a creation of the same run found instead of making it. The engine does not tell a
 * provider of a replacement that the user forces (`--replace`): the creation then finds the old one by mark or record, and
 * what the engine wants deleted is what it has as the new one. Says so to the user.
 */
export async function isTaken(
  { api, urn }: Pick<ResourceCall<TidbCloudApi>, "api" | "urn">,
  noun: string,
  id: string,
): Promise<boolean> {
  if (!api.taken.has(id)) return false;
  await api.warn(urn, `the ${noun} "${id}" was kept, no other one was made; to replace it, set deleteBeforeReplace`);
  return true;
}
