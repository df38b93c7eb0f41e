import { replacedTwins } from "../pulumi/held-twice.js";
import { readStackLocks } from "../pulumi/stack-lock.js";
import { lookAtStackState } from "../pulumi/stack-state.js";
import { readRunMarker } from "../run-marker.js";
import { placeOfStack, type StackSession } from "../stack-session.js";

/**
 * True when the last run of the stack did not end cleanly: a run marker in the project folder, a lock, or pending
 * operations or a replaced resource that is still in use in the state. On a `file://` backend this starts no process.
 */
export async function needsRecovery(session: StackSession): Promise<boolean> {
  const { project, stack, command } = session;
  const place = placeOfStack(session);
  if (readRunMarker(project.dir, stack) !== undefined) return true;
  if (readStackLocks(place).length > 0) return true;
  const state = await lookAtStackState(place, command);
  const { pendingCreates, pendingOthers } = state;
  return pendingCreates.length > 0 || pendingOthers.length > 0 || replacedTwins(state).length > 0;
}
