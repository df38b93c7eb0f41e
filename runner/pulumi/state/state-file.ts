import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";
import { isJsonObject, type JsonObject, parseJson } from "../../../http/json.js";
import { readFileText } from "../../system/read-file-text.js";
import { shellQuote } from "../../system/shell-quote.js";
import { lockFolder, possibleStateFiles, type StackRef, stateFilePath, tagsFilePath } from "../stack-ref.js";

/** Largest state file that is read, in bytes; a string of node's holds no more. */
const maxStateBytes = 512 * 1024 * 1024;

/**
 * The content of a stack's state file on a `file://` backend; undefined on every other backend and when there is none.
 * Throws E_FILESYSTEM when it is damaged or no regular file.
 */
export function readStateFile(place: StackRef): JsonObject | undefined {
  const path = stateFilePath(place);
  if (path === undefined || !isThere(path)) return undefined;
  const content = contentOf(path);
  if (content !== undefined) return content;
  const backup = `${path}.bak`;
  // Pulumi copies the file there before it writes the state anew (pkg/backend/diy/backend.go, 3.259.0).
  const hasBackup = isThere(backup) && contentOf(backup) !== undefined;
  throw new PlantonError({
    code: "E_FILESYSTEM",
    message: `the state file "${path}" of stack "${place.stack}" is cut off or damaged, as a full disk leaves it`,
    hint: hasBackup
      ? `the state before the last change is beside it: cp ${shellQuote(backup)} ${shellQuote(path)}, then planton pulumi recover --stack ${place.stack}`
      : "restore it from a backup; do not make the stack anew, which would make its resources a second time",
  });
}

/**
 * Refuses a `file://` backend on which pulumi would wait for ever or read a device: whoever may write to a project folder
 * may also choose its backend. Throws E_FILESYSTEM for that and for a damaged state.
 */
export function assertUsableState(place: StackRef): void {
  assertStateFiles(place);
  readStateFile(place);
}

/** {@link assertUsableState} without reading the state. */
export function assertStateFiles(place: StackRef): void {
  const stacks = possibleStateFiles(place) ?? [];
  const locks = lockFolder(place);
  if (locks === undefined) return;
  const root = join(dirname(stateFilePath(place) ?? ""), "..", "..");
  const paths = [
    join(root, "meta.yaml"),
    tagsFilePath(place) ?? "",
    ...stacks.flatMap((path) => [path, `${path}.attrs`, `${path}.bak`, `${path}.bak.attrs`]),
    ...namesIn(locks).map((name) => join(locks, name)),
  ];
  for (const path of paths) assertRegularFile(path);
}

/** Throws E_FILESYSTEM for what is neither a regular file nor missing: reading it could wait for ever. */
export function assertRegularFile(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return;
  throw new PlantonError({
    code: "E_FILESYSTEM",
    message: `"${path}" is no regular file, expected one of Pulumi's state`,
    hint: "remove it, or select another backend (PULUMI_BACKEND_URL)",
  });
}

function contentOf(path: string): JsonObject | undefined {
  assertRegularFile(path);
  const content = parseJson(readFileText({ file: path, cwd: "/", maxBytes: maxStateBytes }));
  return isJsonObject(content) ? content : undefined;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No folder, no lock.
    return [];
  }
}
