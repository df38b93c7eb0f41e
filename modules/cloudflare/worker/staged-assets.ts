import { randomBytes } from "node:crypto";
import { copyFileSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readUploadFolder, type UploadFile, uploadDigest } from "../../../contract/files/upload-files.js";
import type { LocalPath } from "../../../contract/module.js";
import { messageOf, PlantonError } from "../../../contract/planton-error.js";

/** Static assets as the plugin takes them. */
export interface StagedAssets {
  /** A folder that holds just what is published, absolute; its name follows from its content. */
  readonly directory: string;
  /** Text of `_headers`. */
  readonly headers: string | undefined;
  /** Text of `_redirects`. */
  readonly redirects: string | undefined;
  readonly leftOut: readonly string[];
}

/** Files at the top that are rules, which the official plugin would publish. */
const ruleNames: ReadonlySet<string> = new Set(["/_headers", "/_redirects"]);

/**
 * Copies what is to be published of a folder to one of its own below the folder for temporary files: the official plugin
 * publishes every file of the folder that it is given, hidden ones too (terraform-provider-cloudflare 27aed324,
 * workers_script/assets.go, read 2026-11). The place follows from the content, so that the state of another machine has the
 * same one. Throws E_FILESYSTEM for what {@link readUploadFolder} refuses, and when it cannot be written.
 */
export function stageAssets({ path, root }: LocalPath): StagedAssets {
  const { files, leftOut } = readUploadFolder(path, root);
  const published = files.filter((file) => !ruleNames.has(file.path));
  const ruleText = (name: string): string | undefined => {
    const file = files.find((candidate) => candidate.path === name);
    return file && readFileSync(file.source, "utf8");
  };
  const directory = join(tmpdir(), `planton-assets-${uploadDigest(published).slice(0, 32)}`);
  try {
    if (!isOwn(directory)) copyTo(directory, published);
  } catch (error) {
    const message = `the files of "${path}" cannot be copied to "${directory}": ${messageOf(error)}`;
    throw new PlantonError({ code: "E_FILESYSTEM", message, hint: "make room there, or set TMPDIR to another folder" });
  }
  return { directory, headers: ruleText("/_headers"), redirects: ruleText("/_redirects"), leftOut };
}

/** Whether it is there already, a folder of this user that nobody else may write to. */
function isOwn(directory: string): boolean {
  const stat = lstatSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0) return true;
  throw new Error("there is something else of that name");
}

/** Made under another name, so that a copy that was cut off is never taken for a whole one. */
function copyTo(directory: string, files: readonly UploadFile[]): void {
  const unfinished = `${directory}.${randomBytes(6).toString("hex")}`;
  mkdirSync(unfinished, { mode: 0o700 });
  try {
    for (const { path, source } of files) {
      const target = join(unfinished, path);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(source, target);
    }
    renameSync(unfinished, directory);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another run may have made the same one meanwhile.
    if (!isOwn(directory)) throw error;
  }
}
