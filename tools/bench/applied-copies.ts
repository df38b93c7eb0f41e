import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copySuffix, levelManifests } from "./level-manifests.js";

/** A workspace folder, and the folder of its `file://` backend. */
export interface WorkspaceFolder {
  readonly folder: string;
  readonly state: string;
}

/** Name of every workspace here: a state holds its project's name. */
export const workspaceName = "bench";

/** Writes a workspace with one copy of the manifests, which has no stack yet. */
export function writeFirstCopy({ folder, state }: WorkspaceFolder): void {
  mkdirSync(folder, { recursive: true });
  mkdirSync(state, { recursive: true });
  writeFileSync(join(folder, "planton.yaml"), `name: ${workspaceName}\n`);
  for (const { file, text } of levelManifests(copySuffix(0))) writeFileSync(join(folder, file), text);
}

/**
 * Makes of a workspace whose one copy is applied another one with many: manifests, settings files, states and tags, as if
 * each copy had been applied, but for the notes of what it was applied with.
 */
export function writeCopies(source: WorkspaceFolder, target: WorkspaceFolder, count: number): void {
  copyTree(source.folder, target.folder, count, /^(level-.*|Pulumi\..+)\.yaml$/);
  copyTree(source.state, target.state, count, /\.(json|attrs|pulumi-tags)$/);
}

/** Copies a folder; files with the first copy's suffix in their names once for each copy, those of `wanted` names alone. */
function copyTree(from: string, to: string, count: number, wanted: RegExp): void {
  const [first, upper] = [copySuffix(0), variableForm(copySuffix(0))];
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== ".planton" && entry.name !== "locks") copyTree(path, join(to, entry.name), count, wanted);
    } else if (!entry.name.includes(first)) {
      copyFileSync(path, join(to, entry.name));
    } else if (wanted.test(entry.name)) {
      const text = readFileSync(path, "utf8");
      for (let index = 0; index < count; index += 1) {
        const suffix = copySuffix(index);
        const copy = text.replaceAll(first, suffix).replaceAll(upper, variableForm(suffix));
        writeFileSync(join(to, entry.name.replaceAll(first, suffix)), copy);
      }
    }
  }
}

/** A suffix as it is in the name of a variable. */
function variableForm(suffix: string): string {
  return suffix.toUpperCase().replaceAll("-", "_");
}
