import { PlantonError } from "../../contract/planton-error.js";
import { pollUntil } from "../kit/poll.js";
import { reasonOf } from "../kit/reason-of.js";
import { requestOf } from "../kit/work-limits.js";
import { type DatabaseHandle, getDatabase, isGone, isLeaving } from "./database-calls.js";

/** Waits until a cluster or branch is gone. Throws E_VENDOR when it is not in time. */
async function waitUntilGone(handle: DatabaseHandle): Promise<void> {
  const { api, noun, id, signal, cancelled, deadlineMs } = handle;
  let problem = "";
  const look = async (): Promise<true | undefined> => {
    try {
      const database = await getDatabase(handle, "BASIC");
      return database === undefined || database["state"] === "DELETED" ? true : undefined;
    } catch (error) {
      problem = `; the last answer: ${reasonOf(error)}`;
      if (signal.aborted || cancelled.aborted) throw error;
      return undefined;
    }
  };
  const timeoutMs = Math.max(0, deadlineMs - api.clock.nowMs());
  const wait = { look, pace: api.pace, timeoutMs, clock: api.clock, signals: [signal, cancelled] };
  if (await pollUntil(wait)) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the ${noun} "${id}" is still being deleted after the time that was given${problem}`,
    hint: "run the same again: it waits on",
  });
}

/** Sends the deletion of a cluster or branch and waits until it is gone. Throws when it is not in time. */
export async function deleteDatabase(handle: DatabaseHandle): Promise<void> {
  const answer = await handle.api.send({ method: "DELETE", path: handle.path, ...requestOf(handle) });
  if (await isGone(handle, answer)) return;
  if (answer.status >= 300) {
    // A deletion whose answer was lost is under way, and a second one may be refused.
    const database = await getDatabase(handle, "BASIC");
    if (database === undefined) return;
    if (!isLeaving(database)) throw handle.api.errorOf(answer);
  }
  await waitUntilGone(handle);
}
