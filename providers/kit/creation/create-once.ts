import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { HttpResponse } from "../../../http/http-message.js";
import { asObject, type JsonObject } from "../../../http/json.js";
import type { KeyedLock } from "../base/keyed-lock.js";
import { type PollPace, pollUntil } from "../base/poll.js";
import { isRefused, type WorkLimits } from "../resource/work-limits.js";
import { isYoung, noteMade, type Recorded, type RecordingApi, usableIntent } from "./creation-record.js";
import type { Intent } from "./intent-store.js";

/** What a creation needs of a plugin's API. */
export interface CreatingApi extends RecordingApi {
  readonly pace: PollPace;
  /** Ids from responses to creations of this connection, or found in lists: none of them is another creation's. */
  readonly claimed: Set<string>;
  /** Lets creations of one name send one after the other, so that what one made is claimed before the next one looks. */
  readonly oneByOne: KeyedLock;
}

/** One creation, which the vendor does not know to be the same when it is sent twice. */
export interface Creation extends Recorded {
  readonly api: CreatingApi;
  /** For messages. */
  readonly noun: string;
  readonly limits: WorkLimits;
  /** Ids of those of that name that are there. */
  readonly knownBefore: readonly string[];
  /** Sends it. */
  readonly post: () => Promise<HttpResponse>;
  /** The error for a response which is no success. */
  readonly refusalOf: (response: HttpResponse) => PlantonError;
  /** Id of the resource; "" when the response contains none. */
  readonly idOf: (made: JsonObject) => string;
  /** Looks once for what came of it. */
  readonly find: (intent: Intent) => Promise<JsonObject | undefined>;
}

/** What a look for an earlier creation needs. */
export type Search = Omit<Creation, "knownBefore">;

/** What came of a creation. `sure`: its response came back, so that it is what was sent. */
export interface Made {
  readonly made: JsonObject;
  readonly sure: boolean;
}

// A list may lag behind a creation; this many looks after a lost response before it counts as not made.
const looksAfterLoss = 8;

/** Looks for what came of a POST whose response was lost. Undefined: nothing to be seen. */
async function findPosted({ api, limits, find }: Search, intent: Intent): Promise<JsonObject | undefined> {
  const pace = { ...api.pace, growth: 1 };
  const timeoutMs = looksAfterLoss * api.pace.firstIntervalMs;
  const signals = [limits.signal, limits.cancelled];
  return pollUntil({ look: () => find(intent), pace, timeoutMs, clock: api.clock, signals });
}

/**
 * The record of an earlier run that still counts. When its POST got no response a moment ago, this waits as long as a list
 * may lag, so that the caller's look shows what it made. Throws E_PENDING_OPERATIONS and what a look throws.
 */
export async function earlierIntent(creation: Search): Promise<Intent | undefined> {
  const intent = usableIntent(creation);
  if (intent !== undefined && isYoung(intent, creation.api.clock.nowMs())) await findPosted(creation, intent);
  return intent;
}

function unknownOutcome({ noun, displayName }: Creation, reason: unknown): PlantonError {
  const why = isPlantonError(reason) ? reason.message : String(reason);
  return new PlantonError({
    code: "E_VENDOR_UNREACHABLE",
    message: `it is not known whether the ${noun} "${displayName}" was created: ${why}`,
    hint: `run up again: it looks for the ${noun} before it creates one`,
    cause: reason,
  });
}

/** What a success made, or the reason why the outcome is not known. Throws what says that nothing was made. */
async function postOnce(creation: Creation): Promise<{ made: JsonObject } | { lost: unknown }> {
  const { api, subject, post, refusalOf, idOf } = creation;
  let response: HttpResponse;
  try {
    response = await post();
  } catch (error) {
    if (!isPlantonError(error) || error.code !== "E_CREDENTIALS_REFUSED") return { lost: error };
    api.intents.remove(subject);
    throw error;
  }
  if (isRefused(response)) {
    api.intents.remove(subject);
    throw refusalOf(response);
  }
  const made = response.status < 300 ? asObject(response.body) : undefined;
  return made !== undefined && idOf(made) !== "" ? { made } : { lost: refusalOf(response) };
}

/**
 * Creates, after writing down that it is about to; when the response is lost it looks for what came of it and never sends
 * the creation again. Throws E_VENDOR_UNREACHABLE when the outcome stays unknown; the record then stays for the next run.
 */
export function createOnce(creation: Creation): Promise<Made> {
  const { api, noun, displayName } = creation;
  return api.oneByOne(`${noun} ${displayName}`, () => sendOnce(creation));
}

async function sendOnce(creation: Creation): Promise<Made> {
  const { api, subject, displayName, knownBefore, proof, idOf } = creation;
  stopBeforeCreation(creation.limits);
  const nowMs = api.clock.nowMs();
  const earlier = api.intents.read(subject);
  // What a POST of a moment ago without a response made may still appear, and has to be known then.
  const young = earlier !== undefined && isYoung(earlier, nowMs) ? earlier : undefined;
  const proofs = proof === undefined ? {} : { proofs: [...(young?.proofs ?? []), proof] };
  const intent: Intent = { displayName, knownBefore, startedAtMs: young?.startedAtMs ?? nowMs, ...proofs };
  api.intents.write(subject, intent);
  const posted = await postOnce(creation);
  let made: JsonObject | undefined;
  if ("made" in posted) made = posted.made;
  else {
    const { limits } = creation;
    const untilMs = api.clock.nowMs() + looksAfterLoss * api.pace.firstIntervalMs;
    limits.onWait?.(`the response to the creation of ${displayName} was lost, it is looked for`, untilMs);
    try {
      made = await findPosted(creation, intent);
    } catch (error) {
      // The record stays, so that the next run looks again; why the POST failed says more than why the look did.
      throw unknownOutcome(creation, isPlantonError(error) && error.code === "E_INTERRUPTED" ? error : posted.lost);
    }
    if (made === undefined) throw unknownOutcome(creation, posted.lost);
  }
  api.claimed.add(idOf(made));
  noteMade(creation, { ...intent, id: idOf(made) });
  return { made, sure: "made" in posted };
}

/** Throws E_INTERRUPTED when the user asked to stop before anything was created. */
export function stopBeforeCreation({ cancelled }: WorkLimits): void {
  if (cancelled.aborted) throw new PlantonError({ code: "E_INTERRUPTED", message: "interrupted before the creation" });
}
