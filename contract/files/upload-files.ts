import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { messageOf, PlantonError } from "../planton-error.js";

/** A file that is to be published. */
export interface UploadFile {
  /** Below the folder, with slashes and one before it: "/img/logo.png". */
  readonly path: string;
  /** Where it is on this machine, links resolved. */
  readonly source: string;
  readonly bytes: number;
}

/** What is published of a folder. */
export interface UploadFolder {
  /** Sorted by path. */
  readonly files: readonly UploadFile[];
  /** Paths that are left out, sorted; a folder ends in a slash and stands for all that is in it. */
  readonly leftOut: readonly string[];
}

/** Most files of one upload: Cloudflare's free plan (developers.cloudflare.com/pages/platform/limits, read 2026-11). */
export const mostUploadFiles = 20_000;
/** Most bytes of one file: 25 MiB (the same page). */
export const mostUploadFileBytes = 25 * 1024 * 1024;

/** Names that are never published, wherever they are; hidden ones are not either, but for the folder of RFC 8615. */
const neverPublished: ReadonlySet<string> = new Set(["node_modules"]);
const isHidden = (name: string): boolean => name.startsWith(".") && name !== ".well-known";

/**
 * The files of a folder that are to be published: without hidden ones (.env, .dev.vars and .git among them), node_modules
 * and what the folder's `.assetsignore` names in the notation of .gitignore. Links are followed as long as they stay inside
 * `root`. Throws E_FILESYSTEM for a folder that cannot be read, a link that leads out of `root` or in a circle, a file of
 * more than 25 MiB and more than 20,000 files.
 */
export function readUploadFolder(folder: string, root: string): UploadFolder {
  const files: UploadFile[] = [];
  const leftOut: string[] = [];
  try {
    const top = realpathSync(folder);
    const inside = realpathSync(root);
    requireInside(folder, top, inside);
    const rules = assetsIgnore(top);
    walk({ place: top, path: "", inside, rules, above: new Set(), files, leftOut });
  } catch (error) {
    if (error instanceof PlantonError) throw error;
    const message = `the folder "${folder}" cannot be read: ${messageOf(error)}`;
    throw new PlantonError({
      code: "E_FILESYSTEM",
      message,
      hint: "check the path, and that you may read what is in it",
    });
  }
  return { files: files.sort(byPath), leftOut: leftOut.sort() };
}

const byPath = (left: UploadFile, right: UploadFile): number => (left.path < right.path ? -1 : 1);

function assetsIgnore(folder: string): Ignore {
  const rules = ignore();
  try {
    return rules.add(readFileSync(join(folder, ".assetsignore"), "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return rules;
    throw error;
  }
}

interface Walk {
  /** Absolute, links resolved. */
  readonly place: string;
  /** Below the published folder, "" for itself. */
  readonly path: string;
  readonly inside: string;
  readonly rules: Ignore;
  /** The folders that lead here. */
  readonly above: ReadonlySet<string>;
  readonly files: UploadFile[];
  readonly leftOut: string[];
}

function walk(here: Walk): void {
  const { place, inside, rules, files, leftOut } = here;
  if (here.above.has(place)) throw failure(`a link in "${place}" leads in a circle`, "remove the link");
  const above = new Set([...here.above, place]);
  for (const name of readdirSync(place)) {
    const path = here.path === "" ? name : `${here.path}/${name}`;
    const isBarred = isHidden(name) || neverPublished.has(name);
    if (isBarred) {
      leftOut.push(isFolder(join(place, name)) ? `${path}/` : path);
      continue;
    }
    const source = realpathSync(join(place, name));
    const stat = statSync(source);
    const shown = stat.isDirectory() ? `${path}/` : path;
    if (rules.ignores(shown)) {
      leftOut.push(shown);
      continue;
    }
    requireInside(join(place, name), source, inside);
    if (stat.isDirectory()) walk({ ...here, place: source, path, above });
    else if (stat.isFile()) files.push(checked({ path: `/${path}`, source, bytes: stat.size }));
    else leftOut.push(path);
    if (files.length > mostUploadFiles)
      throw failure(`more than ${mostUploadFiles} files are to be published`, "leave some out by .assetsignore");
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function checked(file: UploadFile): UploadFile {
  if (file.bytes <= mostUploadFileBytes) return file;
  const message = `the file "${file.path}" has ${file.bytes} bytes, and at most ${mostUploadFileBytes} can be published`;
  throw failure(message, "make it smaller, keep it in a bucket, or leave it out by .assetsignore");
}

/** Whether a path is a folder or below it; both absolute, links resolved. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

/** SHA-256 of the files' paths and contents, hexadecimal; they are read one by one. Throws what reading one throws. */
export function uploadDigest(files: readonly UploadFile[]): string {
  const hash = createHash("sha256");
  for (const { path, source } of files) {
    const content = readFileSync(source);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function requireInside(path: string, target: string, inside: string): void {
  if (isInside(target, inside)) return;
  throw failure(`"${path}" leads to "${target}", out of "${inside}"`, "publish only what is inside the workspace");
}

function failure(message: string, hint: string): PlantonError {
  return new PlantonError({ code: "E_FILESYSTEM", message, hint });
}
