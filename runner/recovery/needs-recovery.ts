import { existsSync, readFileSync } from "node:fs";
import { readStackLocks } from "../pulumi/stack-lock.js";
import { stateFilePath } from "../pulumi/stack-presence.js";
import { readStackState } from "../pulumi/stack-state.js";
import { readRunMarker } from "../run-marker.js";
import type { StackSession } from "../stack-session.js";

/**
 * True when the last run of the stack did not end cleanly: a run marker in the project folder, a lock, or pending
 * operations in the state. On a `file://` backend this starts no process.
 */
export async function needsRecovery(session: StackSession): Promise<boolean> {
  const { project, stack, backendUrl, command } = session;
  if (readRunMarker(project.dir, stack) !== undefined) return true;
  if (readStackLocks(backendUrl, command.cwd, project.name, stack).length > 0) return true;
  const path = stateFilePath({ backendUrl, project: project.name, stack }, command.cwd);
  if (path !== undefined && existsSync(path)) return readFileSync(path, "utf8").includes('"pending_operations":[{');
  const state = await readStackState(command, stack);
  return state.pendingCreates.length > 0 || state.pendingOthers.length > 0;
}
