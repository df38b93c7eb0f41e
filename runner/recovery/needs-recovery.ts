import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileBackendFolder } from "../project/backend.js";
import { readStackLocks } from "../pulumi/stack-lock.js";
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
  const root = fileBackendFolder(backendUrl, command.cwd);
  const path = root === undefined ? undefined : join(root, ".pulumi", "stacks", project.name, `${stack}.json`);
  if (path !== undefined && existsSync(path)) return readFileSync(path, "utf8").includes('"pending_operations":[{');
  const state = await readStackState(command, stack);
  return state.pendingCreates.length > 0 || state.pendingOthers.length > 0;
}
