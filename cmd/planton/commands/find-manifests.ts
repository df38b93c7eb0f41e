import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";

/** A file to check. */
export interface FoundFile {
  /** Path as the user would write it. */
  readonly file: string;
  /** True when the user named the file itself: it is checked whatever it holds. */
  readonly named: boolean;
}

/** Folders that hold other people's or generated files. */
const skippedFolders = new Set(["node_modules"]);

/**
 * The files behind a path: the file itself, `-` for standard input, or every *.yaml and *.yml file below a folder,
 * sorted, without hidden folders. A path that is not there is given as it is; reading it reports what is wrong.
 * Throws E_LOAD_UNREADABLE for a folder that cannot be read.
 */
export function findManifests(path: string, cwd: string): FoundFile[] {
  if (path === "-" || !isFolder(resolve(cwd, path))) return [{ file: path, named: true }];
  return filesBelow(path, cwd).map((file) => ({ file, named: false }));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function filesBelow(folder: string, cwd: string): string[] {
  const found: string[] = [];
  for (const entry of entriesOf(folder, cwd)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith(".") && !skippedFolders.has(entry.name)) {
      found.push(...filesBelow(path, cwd));
    } else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) {
      found.push(path);
    }
  }
  return found;
}

function entriesOf(folder: string, cwd: string) {
  try {
    return readdirSync(resolve(cwd, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw new PlantonError({ code: "E_LOAD_UNREADABLE", message: `the folder "${folder}" cannot be read`, cause });
  }
}
