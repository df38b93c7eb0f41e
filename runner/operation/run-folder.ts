import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Environment, plantonHome } from "../system/planton-home.js";
import { isAbandoned, makePrivateFolder, privateFolders } from "../system/private-folder.js";

/** Makes the private folder (0700) of one run, below `$PLANTON_HOME/run`. The caller removes it at the end. */
export function makeRunFolder(env: Environment): string {
  return makePrivateFolder(runParent(env), "run");
}

/**
 * Removes the folders of runs whose process is gone: they may hold a stack input with credentials. Gives back those that
 * cannot be removed.
 */
export function sweepRunFolders(env: Environment, nowMs: number): readonly string[] {
  return privateFolders(runParent(env)).filter((folder) => isAbandoned(folder, nowMs) && !remove(folder));
}

function runParent(env: Environment): string {
  return join(plantonHome(env), "run");
}

function remove(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    // The caller is informed; the command at hand can go on without it.
    return false;
  }
}
