import { realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { hasOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { local_path } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import { walkMessages } from "../../manifest/check/walk-fields.js";
import { locationOf } from "../../manifest/decode/source-map.js";
import type { StackInputReading } from "../../manifest/read-stack-input.js";

/** Where paths of a manifest start, and what they may not leave; absolute. */
export interface LocalFolders {
  readonly base: string;
  readonly root: string;
}

/**
 * Holds that what fields with the option `local_path` name is there, and inside the root after links are resolved. Throws
 * E_FILESYSTEM with the place of each that is not.
 */
export function assertLocalPaths(reading: StackInputReading, folders: LocalFolders): void {
  const { entry, file, places } = reading;
  const problems: Problem[] = [];
  walkMessages(reflect(entry.stackInput, reading.message), "", (message, messagePath) => {
    for (const field of message.fields) {
      if (!hasOption(field, local_path) || field.fieldKind !== "scalar" || !message.isSet(field)) continue;
      const path = String(message.get(field));
      const fault = faultOf(path, folders);
      if (fault === undefined) continue;
      const place = locationOf(places, `${messagePath}.${field.name}`);
      problems.push({ code: "E_FILESYSTEM", severity: "error", file, ...place, ...fault });
    }
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
    const message = `"${path}" is not there: it names "${place}"`;
    return { message, hint: "correct the path, which is relative to the manifest, or build what belongs there first" };
  }
  const way = relative(realpathSync(root), target);
  if (way !== ".." && !way.startsWith(`..${sep}`)) return undefined;
  const message = `"${path}" leads to "${target}", out of "${root}"`;
  const hint = "keep it inside the workspace: the folder of planton.yaml, without one the manifest's own folder";
  return { message, hint };
}
