import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Generated files by path relative to the project's root. */
export type GeneratedTree = ReadonlyMap<string, string>;

/** Folders that hold generated files and nothing else; `gen` of a vendor's folder is one of them. */
function generatedFolders(root: string): readonly string[] {
  const ofVendors = ["providers", "sandbox"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((vendor) => `${parent}/${vendor}/gen`),
  );
  return ["apis/gen", "apis/vendor", "cmd/gen", "modules/gen", "sandbox/gen", ...ofVendors];
}

/** Paths that differ from what was generated: missing, changed or stale. Sorted. */
export function differences(root: string, tree: GeneratedTree): string[] {
  const changed = [...tree].filter(([path, text]) => readIfThere(join(root, path)) !== text).map(([path]) => path);
  return [...changed, ...staleFiles(root, tree)].sort();
}

/** Makes the project's generated folders equal to the tree; files that are right already are not touched. */
export function writeTree(root: string, tree: GeneratedTree): void {
  writeFiles(root, tree);
  for (const path of staleFiles(root, tree)) rmSync(join(root, path));
}

/** Writes the files of the tree; those that are right already are not touched. */
export function writeFiles(root: string, tree: GeneratedTree): void {
  for (const [path, text] of tree) {
    const target = join(root, path);
    if (readIfThere(target) === text) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

/** Paths of all files below a folder, relative to the base and with forward slashes; none when it is not there. */
export function filesBelow(base: string, folder: string): string[] {
  const start = join(base, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(base, path) : [path];
  });
}

function staleFiles(root: string, tree: GeneratedTree): string[] {
  return generatedFolders(root)
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => !tree.has(path));
}

const readIfThere = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
