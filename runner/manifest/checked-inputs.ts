import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Stack inputs that were held against the rules and found good, each by its digest (`StackInputReading.digest`). */
export interface CheckedInputs {
  readonly has: (digest: string) => boolean;
  readonly add: (digest: string) => void;
}

/** Where what was checked is kept. */
interface CheckedInputsPlace {
  /** Absolute path of the folder of all builds, in planton's home. */
  readonly folder: string;
  /** Identity of all that rules and readings are made of: other rules may come to another result. */
  readonly rulesId: string;
  /** Our user id; undefined where users have no numbers. */
  readonly uid: number | undefined;
}

/** A file system that slows down with many names in a folder is spared; what is forgotten is checked again. */
const mostKept = 1000;

/**
 * What this user's processes of this build have checked: an empty file for each digest, in `folder`. Planning the rules
 * of a kind is half of what reading a stack input takes, and up to three processes of an operation read the same one.
 * What cannot be read or written, or what others could have written, counts as not checked.
 */
export function openCheckedInputs({ folder, rulesId, uid }: CheckedInputsPlace): CheckedInputs {
  const own = join(folder, rulesId);
  const isOwn = (path: string): boolean => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found !== undefined && (uid === undefined || found.uid === uid) && (found.mode & 0o022) === 0;
  };
  return {
    has(digest) {
      try {
        return [dirname(folder), folder, own, join(own, digest)].every(isOwn);
      } catch {
        // A part of the path is no folder, or may not be searched.
        return false;
      }
    },
    add(digest) {
      try {
        if (mkdirSync(own, { recursive: true, mode: 0o700 }) !== undefined) removeOthers(own);
        if (readdirSync(own).length >= mostKept) {
          rmSync(own, { recursive: true, force: true });
          mkdirSync(own, { mode: 0o700 });
        }
        closeSync(openSync(join(own, digest), "w", 0o600));
      } catch {
        // A read-only home or a full disk costs speed alone.
      }
    },
  };
}

/** Removes what other builds have checked. */
function removeOthers(own: string): void {
  for (const name of readdirSync(dirname(own))) {
    if (name !== basename(own)) rmSync(join(dirname(own), name), { recursive: true, force: true });
  }
}
