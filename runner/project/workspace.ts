import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { PlantonError } from "../../contract/planton-error.js";

/** The nearest `planton.yaml` at or above a folder. */
export interface Workspace {
  /** Folder of planton.yaml, absolute. */
  readonly root: string;
  /** Pulumi project name for the folders below. */
  readonly name?: string;
  /** Pulumi backend URL for the folders below. */
  readonly backend?: string;
}

/** Finds the workspace of a folder; undefined when no folder above has a planton.yaml. Throws E_PROJECT_INVALID. */
export function findWorkspace(folder: string): Workspace | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const path = join(current, "planton.yaml");
    if (existsSync(path)) return readWorkspace(path);
    if (dirname(current) === current) return undefined;
  }
}

function readWorkspace(path: string): Workspace {
  const document = parseDocument(readFileSync(path, "utf8"));
  const bad = (what: string): PlantonError =>
    new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `workspace file "${path}" ${what}`,
      hint: "planton.yaml takes the keys name and backend, both texts",
    });
  if (document.errors.length > 0) throw bad("is not valid YAML");
  if (document.contents === null) return { root: dirname(path) };
  if (!isMap(document.contents)) throw bad("is no YAML map");
  const values: Record<string, string> = {};
  for (const item of document.contents.items) {
    const key = String(item.key);
    const value = document.get(key);
    if (key !== "name" && key !== "backend") throw bad(`has the unknown key "${key}"`);
    if (typeof value !== "string" || value === "") throw bad(`has no text at "${key}"`);
    values[key] = value;
  }
  return { root: dirname(path), ...values };
}
