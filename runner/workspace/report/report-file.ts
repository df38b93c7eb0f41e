import { PlantonError } from "../../../contract/planton-error.js";
import { writeFileWhole } from "../../../contract/write-file-whole.js";
import {
  asObject,
  asObjects,
  asString,
  asStrings,
  isJsonObject,
  type JsonObject,
  parseJson,
} from "../../../http/json.js";
import { readFileText } from "../../system/read-file-text.js";
import type { Report } from "./report.js";

/** Largest report that is read, in bytes: a thousand stacks have about one MiB. */
const maxReportBytes = 64 * 1024 * 1024;

/** Writes a report whole, for its owner alone (0600). Throws the file system's error with `path` naming the file. */
export function writeReport(path: string, report: Report): void {
  writeFileWhole(path, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
}

/**
 * Reads the report of a preview; `file` is relative to `cwd`. Throws E_USAGE for what is no such report, or one of another
 * version, and E_LOAD_* for a file that cannot be read.
 */
export function readReport({ file, cwd }: { readonly file: string; readonly cwd: string }): Report {
  const value = parseJson(readFileText({ file, cwd, maxBytes: maxReportBytes }));
  const refuse = (what: string): PlantonError =>
    new PlantonError({
      code: "E_USAGE",
      message: `"${file}" ${what}, expected a report of planton preview`,
      hint: "make it anew: planton preview -f DIR --report FILE",
    });
  if (!isJsonObject(value)) throw refuse("is no JSON object");
  if (value["version"] !== 1)
    throw refuse(`is a report of version ${JSON.stringify(value["version"]) ?? "none"}, not 1`);
  if (!isReport(value)) throw refuse("has not the form of a report");
  if (value.command !== "preview") throw refuse(`is a report of "${value.command}"`);
  return value;
}

/** Checks what {@link Report} says as far as a plan is compared with it. */
function isReport(value: JsonObject): value is JsonObject & Report {
  const stacks = asObjects(value["stacks"]);
  const isWhole = Array.isArray(value["stacks"]) && stacks.length === value["stacks"].length;
  const hasNames = typeof value["workspace"] === "string" && isStringOrNull(value["env"]);
  return isWhole && hasNames && typeof value["command"] === "string" && stacks.every(isStackReport);
}

function isStackReport(stack: JsonObject): boolean {
  const changes = asObject(stack["changes"]);
  const destroys = stack["destroys"];
  return (
    ["stack", "action", "result"].every((key) => asString(stack[key]) !== undefined) &&
    ["create", "update", "replace", "delete"].every((key) => Number.isInteger(changes?.[key])) &&
    Array.isArray(destroys) &&
    asStrings(destroys).length === destroys.length
  );
}

function isStringOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}
