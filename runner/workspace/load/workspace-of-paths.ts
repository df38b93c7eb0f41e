import { statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";
import type { ProjectTrust } from "../../project/project-trust.js";
import { bareWorkspace, findWorkspace, type Workspace } from "../../project/workspace/workspace.js";
import { isReadOnce } from "../../system/read-once.js";

/** What {@link workspaceOfPaths} goes by. */
interface WorkspaceOfPathsInput {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly trust: ProjectTrust;
}

/**
 * The workspace of folders, files or `-`; for paths below no planton.yaml the folder that holds them all stands for one.
 * Throws E_USAGE when they are of several workspaces, or `-` is not the only path, and E_PROJECT_INVALID.
 */
export function workspaceOfPaths({ paths, cwd, trust }: WorkspaceOfPathsInput): Workspace {
  if (paths.includes("-") && paths.length > 1) {
    const message = "manifests come from standard input and from files at once";
    throw new PlantonError({ code: "E_USAGE", message, hint: "give either - or the files and folders" });
  }
  const folders = paths.map((path) => folderOf(path, cwd));
  const found = folders.map((folder) => findWorkspace(folder, trust));
  const roots = new Set(found.map((workspace) => workspace?.root));
  if (roots.size > 1) {
    const names = found.map((one, index) => `"${paths[index]}" of ${one === undefined ? "none" : `"${one.name}"`}`);
    const message = `the paths are of several workspaces: ${names.join(", ")}`;
    throw new PlantonError({ code: "E_USAGE", message, hint: "run the command once for each workspace" });
  }
  return found[0] ?? bareWorkspace(folders.reduce(commonFolder));
}

/** The folder that a path is or lies in; the current one for what has no folder of its own. */
export function folderOf(path: string, cwd: string): string {
  if (isReadOnce(path, cwd)) return cwd;
  const absolute = resolve(cwd, path);
  return isFolder(absolute) ? absolute : dirname(absolute);
}

/** True for the path of a folder, also by a link. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function commonFolder(a: string, b: string): string {
  let common = a;
  while (b !== common && !b.startsWith(common === sep ? sep : common + sep)) common = dirname(common);
  return common;
}
