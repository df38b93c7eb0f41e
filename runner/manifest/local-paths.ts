import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { hasOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { local_path } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { isInside, readUploadFolder, uploadDigest } from "../../contract/files/upload-files.js";
import { PlantonError, type Problem } from "../../contract/planton-error.js";
import { walkMessages } from "./check/walk-fields.js";
import { locationOf } from "./decode/source-map.js";
import type { StackInputReading } from "./read-stack-input.js";

/** Where local paths of a manifest start, and what they may not leave; absolute. */
export interface LocalFolders {
  readonly base: string;
  readonly root: string;
}

interface LocalPathField {
  /** As the manifest says it. */
  readonly path: string;
  readonly fieldPath: string;
}

function localPathsIn({ entry, message: stackInput }: StackInputReading): readonly LocalPathField[] {
  const found: LocalPathField[] = [];
  walkMessages(reflect(entry.stackInput, stackInput), "", (message, messagePath) => {
    for (const field of message.fields) {
      if (!hasOption(field, local_path) || field.fieldKind !== "scalar" || !message.isSet(field)) continue;
      found.push({ path: String(message.get(field)), fieldPath: `${messagePath}.${field.name}` });
    }
  });
  return found;
}

/**
 * Holds that what fields with the option `local_path` name is on this machine, and inside the root after links are
 * resolved. Throws E_FILESYSTEM with the place of each that is not.
 */
export function assertLocalPaths(reading: StackInputReading, folders: LocalFolders): void {
  const { file, places } = reading;
  const problems = localPathsIn(reading).flatMap(({ path, fieldPath }): readonly Problem[] => {
    const fault = faultOf(path, folders);
    if (fault === undefined) return [];
    return [{ code: "E_FILESYSTEM", severity: "error", file, ...locationOf(places, fieldPath), ...fault }];
  });
  const [first] = problems;
  if (first === undefined) return;
  const { code, message, hint } = first;
  throw new PlantonError({
    code,
    message: `${file}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    problems,
  });
}

function faultOf(path: string, { base, root }: LocalFolders): { message: string; hint: string } | undefined {
  const place = resolve(base, path);
  let target: string;
  try {
    target = realpathSync(place);
  } catch {
    // Whatever the reason, it cannot be read from here.
    const message = `"${path}" does not exist: it names "${place}"`;
    return { message, hint: "correct the path, which is relative to the manifest, or build what belongs there first" };
  }
  if (isInside(target, realpathSync(root))) return undefined;
  const message = `"${path}" leads to "${target}", out of "${root}"`;
  const hint = "keep it inside the workspace: the folder of planton.yaml, without one the manifest's own folder";
  return { message, hint };
}

/** Digest of what the local paths of a manifest hold; undefined when it has none. What cannot be read counts as absent. */
export function localPathsDigest(reading: StackInputReading, folders: LocalFolders): string | undefined {
  const paths = localPathsIn(reading);
  if (paths.length === 0) return undefined;
  const hash = createHash("sha256");
  for (const { path } of paths) {
    hash.update(`${path}\0`);
    try {
      const place = resolve(folders.base, path);
      const isFolder = statSync(place).isDirectory();
      hash.update(isFolder ? uploadDigest(readUploadFolder(place, folders.root).files) : readFileSync(place));
    } catch {
      // The run says what is wrong with it.
      hash.update("absent");
    }
  }
  return hash.digest("hex");
}
