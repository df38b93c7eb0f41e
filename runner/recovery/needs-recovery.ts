import { findPlugin } from "../../contract/find-vendor.js";
import { PlantonError } from "../../contract/planton-error.js";
import { readRunMarker } from "../project/run-marker.js";
import { locksText, readStackLocks } from "../pulumi/stack-lock.js";
import { readCheckpoint } from "../pulumi/state/checkpoint.js";
import { duplicatePendingDeletes } from "../pulumi/state/duplicate-resources.js";
import type { StackSession } from "../session/stack-session.js";

/**
 * What the end of the stack's last run asks for. "recover": it did not end cleanly: there is a run marker in the project
 * folder, a lock, or in the state pending operations, a replaced resource that is still in use, or one that was deleted
 * and has no successor. "refresh": a change or a deletion failed, and the vendor's official plugin takes the state's word
 * for what there is. On a `file://` backend this starts no process.
 */
export async function neededRecovery(session: StackSession): Promise<"none" | "refresh" | "recover"> {
  const { project, stack, pulumi, vendor } = session;
  const place = session.ref;
  const marker = readRunMarker(project.dir, stack);
  if (marker !== undefined && !(marker.needsRefresh === true && marker.creates.length === 0)) return "recover";
  if (readStackLocks(place).length > 0) return "recover";
  const state = await readCheckpoint(place, pulumi);
  const { pendingCreates, pendingOthers, resources } = state;
  if (pendingCreates.length > 0 || pendingOthers.length > 0 || duplicatePendingDeletes(state).length > 0)
    return "recover";
  if (resources.some(({ isPendingReplacement }) => isPendingReplacement)) return "recover";
  const isHalfDone = resources.some(
    ({ hasInitErrors, type }) => hasInitErrors && vendor !== undefined && !findPlugin(vendor, type)?.isOwn,
  );
  return marker?.needsRefresh === true || isHalfDone ? "refresh" : "none";
}

/**
 * Refuses a stack whose lock is held by a run that goes on, or that may go on at another machine. `selection` is how the
 * user named the stack, to be repeated in commands. Throws E_LOCKED with who holds it and since when.
 */
export function assertNotInUse(session: StackSession, selection: string): void {
  const { stack } = session;
  const alive = readStackLocks(session.ref).filter((lock) => !lock.isStale);
  if (alive.length === 0) return;
  throw new PlantonError({
    code: "E_LOCKED",
    message: `stack "${stack}" is locked by ${locksText(alive, session.now())}`,
    hint: `wait for that run to end; if it is gone for good: planton pulumi cancel ${selection}`,
  });
}
