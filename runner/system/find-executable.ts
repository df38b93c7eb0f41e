import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "./planton-home.js";

/**
 * Absolute path of the first executable file of that name on PATH, as a shell would find it; undefined when there is
 * none. Relative and empty entries of PATH are passed over: what lies in the current folder is never run by accident.
 */
export function findExecutable(name: string, env: Environment): string | undefined {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutableFile);
}

/** True for a regular file (or a link to one) that this process may execute. */
export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there and not allowed mean the same here: there is nothing to execute.
    return false;
  }
}
