import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PlantonError } from "../../contract/planton-error.js";
import { writeFileWhole } from "../../contract/write-file-whole.js";

/** Path of the folder in which planton keeps what belongs to one checkout alone. */
export function plantonFolder(dir: string): string {
  return join(dir, ".planton");
}

/**
 * Throws E_PROJECT_INVALID where `.planton` is a link: whoever may write to the folder around it could else choose where in
 * the user's files planton writes and removes.
 */
export function assertOwnPlantonFolder(dir: string): void {
  assertNoLink(plantonFolder(dir));
}

function assertNoLink(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `"${folder}" is a symbolic link, expected a folder`,
    hint: "remove the link; planton makes the folder itself",
  });
}

/** Makes the folder, which git ignores; gives its path. Throws E_PROJECT_INVALID where it is a link. */
export function ensurePlantonFolder(dir: string): string {
  assertOwnPlantonFolder(dir);
  const folder = plantonFolder(dir);
  mkdirSync(folder, { recursive: true });
  const ignoreFile = join(folder, ".gitignore");
  if (!existsSync(ignoreFile)) writeFileWhole(ignoreFile, "*\n");
  return folder;
}

/** Makes the folder of logs, for the user alone; gives its path. Throws E_PROJECT_INVALID where it is a link. */
export function ensureLogFolder(dir: string): string {
  const folder = join(ensurePlantonFolder(dir), "logs");
  assertNoLink(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
