import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownIdentity, type ProcessIdentity, processLife } from "./process-info.js";

/** Who works in a folder. */
interface FolderOwner extends ProcessIdentity {
  /** What the folder is for. */
  readonly purpose: string;
}

/** How the names of owned folders begin. */
const ownedPrefix = "run-";

const ownerFile = "owner.json";
const silenceMs = 24 * 60 * 60_000;

/** Makes a fresh folder (0700) in `parent` that says which process it belongs to; the parent as well when it is missing. */
export function makePrivateFolder(parent: string, purpose: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(parent, ownedPrefix));
  const owner: FolderOwner = { ...ownIdentity(), purpose };
  writeFileSync(join(folder, ownerFile), JSON.stringify(owner), { mode: 0o600 });
  return folder;
}

/** Takes the owner's note away from a folder that is finished and stays. */
export function disown(folder: string): void {
  rmSync(join(folder, ownerFile), { force: true });
}

/** The owner of a folder, or undefined when it says none. */
export function readOwner(folder: string): FolderOwner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, ownerFile), "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, machine, start, purpose }: Partial<Record<keyof FolderOwner, unknown>> = value;
    if (typeof pid !== "number" || typeof machine !== "string") return undefined;
    if (typeof start !== "string" || typeof purpose !== "string") return undefined;
    return { pid, machine, start, purpose };
  } catch {
    // It is finished, or its process was killed before it could write the note.
    return undefined;
  }
}

/** The owned folders in `parent`; empty when there is no such folder. */
export function privateFolders(parent: string): readonly string[] {
  try {
    const entries = readdirSync(parent, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && entry.name.startsWith(ownedPrefix))
      .map((entry) => join(parent, entry.name));
  } catch {
    // Nothing was run here yet, or the place cannot be read: whoever writes to it next says so.
    return [];
  }
}

/**
 * True when the process that a folder belongs to is gone; one whose life cannot be determined (another machine or
 * container, or no note) counts as gone when nothing was made in the folder for a day.
 */
export function isAbandoned(folder: string, nowMs: number): boolean {
  const owner = readOwner(folder);
  const life = owner === undefined ? "unknown" : processLife(owner);
  return life === "unknown" ? nowMs - changedAtMs(folder, nowMs) > silenceMs : life === "dead";
}

function changedAtMs(folder: string, nowMs: number): number {
  try {
    return lstatSync(folder).mtimeMs;
  } catch {
    // Its run has just ended and removed it.
    return nowMs;
  }
}
