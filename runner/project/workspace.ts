import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { PlantonError } from "../../contract/planton-error.js";
import { assertFileBackend, movedBackend } from "./backend.js";
import { readProjectText } from "./project-keys.js";
import { assertTrusted, type ProjectTrust } from "./project-trust.js";

/** The nearest `planton.yaml` at or above a folder. */
export interface Workspace {
  /** Folder of planton.yaml, absolute. */
  readonly root: string;
  /** Pulumi project name for the folders below. */
  readonly name?: string;
  /** Pulumi backend URL for the folders below; a relative `file://` path as seen from the folder that was searched for. */
  readonly backend?: string;
}

/**
 * Finds the workspace of a folder: upward to the root of its repository (the folder with `.git`) or to the user's home,
 * whichever comes first, both looked in; outside of both up to the root of the file system. Undefined when there is none.
 * Throws E_PROJECT_INVALID, also for a planton.yaml of another user.
 */
export function findWorkspace(folder: string, trust: ProjectTrust): Workspace | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const path = join(current, "planton.yaml");
    const found = readProjectText(path, "workspace file");
    if (found !== undefined) {
      assertTrusted({ path, ownerUids: found.ownerUids }, trust);
      const workspace = parseWorkspace(path, found.text);
      const { backend, root } = workspace;
      return backend === undefined ? workspace : { ...workspace, backend: movedBackend(backend, root, folder) };
    }
    const isEnd = trust.homes.has(current) || existsSync(join(current, ".git"));
    if (isEnd || dirname(current) === current) return undefined;
  }
}

function parseWorkspace(path: string, text: string): Workspace {
  const document = parseDocument(text);
  const bad = (what: string): PlantonError =>
    new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `workspace file "${path}" ${what}`,
      hint: "planton.yaml takes only name and backend, both strings",
    });
  if (document.errors.length > 0) throw bad("is not valid YAML");
  if (document.contents === null) return { root: dirname(path) };
  if (!isMap(document.contents)) throw bad("is no YAML map");
  const values: Record<string, string> = {};
  for (const item of document.contents.items) {
    const key = String(item.key);
    const value = document.get(key);
    if (key !== "name" && key !== "backend") throw bad(`has the unknown key "${key}"`);
    if (typeof value !== "string" || value === "") throw bad(`has no string at "${key}"`);
    values[key] = value;
  }
  if (values["backend"] !== undefined) assertFileBackend(values["backend"], path);
  return { root: dirname(path), ...values };
}
