import type { Clock } from "../../../contract/clock.js";
import type { ReplacedResources } from "../resource/resource.js";
import type { Intent, IntentStore, IntentSubject } from "./intent-store.js";

/** What records of creations need of a plugin's API. */
export interface RecordingApi {
  readonly clock: Clock;
  readonly intents: IntentStore;
}

/** What a creation's record is about. */
export interface Recorded {
  readonly api: RecordingApi;
  readonly subject: IntentSubject;
  readonly displayName: string;
  /** What the state holds under the same URN; undefined: nothing. */
  readonly replaced: ReplacedResources | undefined;
  /** For {@link Intent.proofs}, of what is to be there at the end. Where ids are given once and never again: none. */
  readonly proof?: string;
}

// The vendor's clock and ours may differ.
const clockToleranceMs = 10 * 60_000;
// As long as one operation lasts by default: limits of calls and repetitions may hold a POST back.
const postMs = 10 * 60_000;
// What a POST without a response made is in the list by then, if it made anything.
const listLagMs = 10 * 60_000;

/** Whether a POST without a response is so young that a list may not show yet what it made. */
export function isYoung({ id, startedAtMs }: Intent, nowMs: number): boolean {
  return id === undefined && nowMs <= startedAtMs + listLagMs;
}

/** Whether what was made at a time can have come of an intent; a POST that is sent again while it is young included. */
export function isInTime({ startedAtMs }: Intent, madeMs: number): boolean {
  const latestMs = startedAtMs + listLagMs + postMs + clockToleranceMs;
  return madeMs >= startedAtMs - clockToleranceMs && madeMs <= latestMs;
}

/** Whether the response to a creation came, so that the engine heard of what it made. */
export function hasResponse(intent: Intent | undefined): boolean {
  return intent?.answered === true;
}

/** The record of an earlier run, if it is not about the resource that is being replaced. Throws E_PENDING_OPERATIONS. */
export function usableIntent({ api, replaced, subject }: Recorded): Intent | undefined {
  const intent = api.intents.read(subject);
  const mayBeTheOld = replaced !== undefined && replaced.ids.size === 0 && hasResponse(intent);
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
  const { api, subject, displayName, proof } = recorded;
  const proofs = proof === undefined ? {} : { proofs: [proof] };
  const facts = { displayName, knownBefore: [], startedAtMs: api.clock.nowMs(), ...proofs };
  if (made.isFoundAgain) api.intents.remove(subject);
  else noteMade(recorded, { ...facts, id: made.id, answered: true });
}

/** Once a refresh, an update or a deletion names a resource, the engine has it in its state. */
export function forgetRecord({ intents }: Pick<RecordingApi, "intents">, subject: IntentSubject, id: string): void {
  if (intents.read(subject)?.id === id) intents.remove(subject);
}
