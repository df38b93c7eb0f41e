import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redact } from "../../contract/text/redact.js";
import { disown, isAbandoned, makePrivateFolder, privateFolders, readOwner } from "../system/private-folder.js";

/** Pulumi's log at level 7: level 9 prints provider tokens (seen with 3.259). */
export const debugArguments: readonly string[] = ["-v=7", "--logflow"];

/** What the log of one run is kept for. */
interface DebugRun {
  /** `--debug-dir`, absolute; what else is in it is never touched. */
  readonly parent: string;
  /** Project and stack: only a run of the same one knows the secrets that a killed run has left. */
  readonly stack: string;
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** Makes the folder of `--debug-dir` unless it is there. Throws the system's error. */
export function makeDebugParent(parent: string): void {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
}

/**
 * Makes the folder (0700) for the log of one run, in that of `--debug-dir`; what killed runs of the same stack have left
 * there is scrubbed first.
 */
export function makeDebugFolder(run: DebugRun): string {
  for (const folder of privateFolders(run.parent)) {
    if (readOwner(folder)?.purpose === run.stack && isAbandoned(folder, run.nowMs)) {
      scrubDebugFolder(folder, run.secrets);
    }
  }
  return makePrivateFolder(run.parent, run.stack);
}

/** Starts something whose files only their owner may read, from their first byte on. */
export function withPrivateFiles<Result>(start: () => Result): Result {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

/** Replaces known secrets in all files of a run's folder and makes them readable by their owner alone. */
export function scrubDebugFolder(folder: string, secrets: readonly string[]): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, 0o600);
    const text = readFileSync(path, "utf8");
    const masked = redact(text, secrets);
    if (masked !== text) writeFileSync(path, masked);
  }
  disown(folder);
}
