import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { JsonObject } from "../../../http/json.js";
import { forgetRecord } from "../creation/creation-record.js";
import type { ResourceCall } from "../resource/resource.js";
import { isRefused } from "../resource/work-limits.js";
import type { PropertyMap } from "../schema/property-value.js";
import type { ManagedApi } from "./managed-declaration.js";
import { unseenError } from "./managed-errors.js";
import {
  beginWork,
  exchange,
  look,
  type Rules,
  readObject,
  reasonWithCure,
  recordSubject,
  type Work,
  waitUntilGone,
} from "./managed-work.js";

// As often as the client repeats a request that it may repeat by itself.
const maxTries = 5;
// Once more than needed, as what is read may lag behind what was written.
const maxSuccesses = 2;

/** What a deletion gets. */
export type DeleteCall<Api> = ResourceCall<Api> & {
  readonly id: string;
  readonly state: PropertyMap;
  readonly inputs: PropertyMap;
};

/** The error for a deletion in a container that is not shown, which proves nothing of the object. */
function hiddenError<Api extends ManagedApi, Key>({ rules, urn }: Work<Api, Key>, key: Key): PlantonError {
  const container = rules.container?.(key) ?? "what holds it";
  return new PlantonError({
    code: "E_VENDOR",
    message: `the vendor shows no ${container}, so that the ${rules.noun} "${rules.id.text(key)}" was not deleted`,
    hint: `use a token that may see it; if it was deleted, take the resource out of the state: pulumi state delete '${urn}'`,
  });
}

/**
 * Sends the deletion once. Gives "gone", "accepted", or why its outcome is not known. Throws what says that it was
 * refused.
 */
async function sendDeletion<Api extends ManagedApi, Key>(
  work: Work<Api, Key>,
  key: Key,
  object: JsonObject | undefined,
): Promise<"gone" | "accepted" | PlantonError> {
  const { rest, rules, secrets } = work;
  try {
    const { response, failure } = await exchange(work, rules.remove(key, object));
    if (response.status < 300) return "accepted";
    const presence = (await rules.presence?.(response, key, work)) ?? (response.status === 404 ? "gone" : "present");
    if (presence === "gone") return "gone";
    const error = failure ?? rest.errorOf(response, secrets);
    // One that is under way may be refused, so that what exists decides.
    if (isRefused(response) && !(await isGoing(work, key))) throw error;
    return error;
  } catch (error) {
    if (isPlantonError(error) && error.code === "E_VENDOR_UNREACHABLE") return error;
    throw error;
  }
}

async function isGoing<Api extends ManagedApi, Key>(work: Work<Api, Key>, key: Key): Promise<boolean> {
  const object = await readObject(work, key);
  return object === undefined || work.rules.isLeaving?.(object) === true;
}

/** Deletes an object and waits until the deletion counts; one that is gone is a success. Throws E_VENDOR and the like. */
export async function deleteObject<Api extends ManagedApi, Key>(work: Work<Api, Key>, key: Key): Promise<void> {
  const { api, rules, limits } = work;
  const { removal = "accepted", find } = rules;
  const isUntouched = (object: JsonObject): boolean => find.by === "name" && find.isUntouched?.(object) === true;
  let successes = 0;
  for (let tries = 1; ; tries += 1) {
    let seen: JsonObject | undefined;
    if (removal === "confirmed" || tries > 1) {
      const sight = await look(work, key);
      if ("hidden" in sight) throw hiddenError(work, key);
      if (sight.object === undefined || isUntouched(sight.object)) return;
      seen = sight.object;
      if (rules.isLeaving?.(sight.object)) return waitUntilGone(work, key);
    }
    const outcome = await sendDeletion(work, key, seen);
    if (outcome === "gone" || (outcome === "accepted" && removal === "accepted")) return;
    if (outcome === "accepted" && removal === "awaited") return waitUntilGone(work, key);
    if (outcome === "accepted") successes += 1;
    const isLast = tries === maxTries || successes > maxSuccesses || api.clock.nowMs() > limits.deadlineMs;
    if (isLast) throw outcome === "accepted" ? unseenError({ noun: rules.noun, id: rules.id.text(key) }) : outcome;
    const isFirstSuccess = outcome === "accepted" && successes === 1;
    if (outcome !== "accepted") limits.onWait?.(reasonWithCure(outcome), api.clock.nowMs() + api.pace.firstIntervalMs);
    if (!isFirstSuccess) await api.clock.sleep(api.pace.firstIntervalMs, limits.signal, limits.cancelled);
  }
}

/** Deletes what a resource stands for, unless it was adopted or the resource says to keep it. */
export async function deleteManaged<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: DeleteCall<Api>,
): Promise<void> {
  const { api, urn, id, state, inputs } = call;
  const seconds = rules.deadlineSeconds?.gone?.({ ...state, ...inputs });
  const work = beginWork(rules, call, { values: [state, inputs], seconds });
  const key = await rules.id.parse(id, { ...work, state, importing: false });
  if (key !== undefined) {
    const plan = await rules.beforeDelete?.({ ...work, key, state, inputs });
    const isKept = plan === "keep" || (plan === undefined && state["adopted"] === true);
    if (!isKept) await deleteObject(work, key);
    else if (plan === undefined)
      await api.warn(urn, `the ${rules.noun} "${id}" existed before this stack and is kept; delete it at the vendor`);
  }
  forgetRecord(api, recordSubject(work, state, id), id);
}
