import type { Document } from "yaml";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { isJsonObject } from "../../http/json.js";
import { type OwnedText, readOwnedText } from "../system/read-file-text.js";

/** Keys of Pulumi.yaml that run nothing. Others name programs (plugins, packages), move files, or steer the engine. */
const projectKeys = ["name", "runtime", "description", "backend", "config", "template", "author", "website", "license"];

/** What a project's file may say of a configuration key: that it is there, not what it is. */
const configKeys = ["type", "description", "items", "secret"];

/** Keys of a stack's settings file; `environment` would set variables of pulumi and of everything that it starts. */
const settingsKeys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider"];

/** A project's file that was read. */
export interface ProjectDocument {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly document: Document;
}

/**
 * Throws E_PROJECT_INVALID for keys of a Pulumi.yaml by which it could run a program or choose where a token is sent.
 */
export function assertProjectKeys(file: ProjectDocument): void {
  const content = contentOf(file);
  refuseOthers(file, content, projectKeys, "");
  const { runtime, backend, config } = content;
  if (isJsonObject(runtime)) {
    refuseOthers(file, runtime, ["name", "options"], "runtime.");
    if (!isEmpty(runtime["options"])) throw refused(file, "runtime.options");
  }
  if (isJsonObject(backend)) refuseOthers(file, backend, ["url"], "backend.");
  if (isEmpty(config)) return;
  if (!isJsonObject(config)) throw refused(file, "config");
  for (const [key, value] of Object.entries(config)) {
    // Pulumi's own words for where a project came from.
    if (key === "pulumi:tags") continue;
    if (!isJsonObject(value)) throw refused(file, `config.${key}`);
    refuseOthers(file, value, configKeys, `config.${key}.`);
  }
}

/**
 * Throws E_PROJECT_INVALID for keys of a stack's settings file by which it could change what programs are started with, or
 * where a token is sent: an import runs without a program, and pulumi's own provider of a vendor takes its configuration.
 */
export function assertSettingsKeys(file: ProjectDocument): void {
  const content = contentOf(file);
  refuseOthers(file, content, settingsKeys, "");
  const { config } = content;
  if (!isJsonObject(config)) return;
  const other = Object.keys(config).find((key) => !/^(planton|pulumi):/.test(key));
  if (other !== undefined) throw refused(file, `config.${other}`);
}

function contentOf(file: ProjectDocument): Record<string, unknown> {
  // Pulumi's YAML parser ends a line at each of these, ours does not: keys could hide from one in a file of the other.
  if (/\r(?!\n)|[\u0085\u2028\u2029\uFEFF]/.test(file.text)) {
    throw new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `"${file.path}" holds an unusual line break or an invisible character, expected lines that end with LF or CRLF`,
      hint: "write it anew as plain text",
    });
  }
  let content: unknown;
  try {
    content = file.document.toJS() ?? {};
  } catch (cause) {
    throw new PlantonError({ code: "E_PROJECT_INVALID", message: `"${file.path}" holds an alias of nothing`, cause });
  }
  return isJsonObject(content) ? content : {};
}

function refuseOthers(
  file: ProjectDocument,
  map: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
  prefix: string,
): void {
  const other = Object.keys(map).find((key) => !allowed.includes(key));
  if (other !== undefined) throw refused(file, prefix + other);
}

function refused({ path }: ProjectDocument, key: string): PlantonError {
  return new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `"${path}" holds the key "${key}", which can run a program or redirect a token; planton needs none like it`,
    hint: "remove it; or, if the folder is your own and you want it: export PLANTON_ALLOW_PROJECT_PLUGINS=1",
  });
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

/**
 * The text of a file that a project is made of, and its owner; undefined when there is none. `what` names its sort in
 * messages. Throws E_PROJECT_INVALID for what cannot be read: a pipe, a device, a folder, more than 1 MiB, no UTF-8.
 */
export function readProjectText(path: string, what: string): OwnedText | undefined {
  try {
    return readOwnedText({ file: path, cwd: "/" });
  } catch (cause) {
    if (!isPlantonError(cause)) throw cause;
    if (cause.code === "E_LOAD_NOT_FOUND") return undefined;
    const [problem] = cause.problems;
    throw new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `${what} "${path}" cannot be read: ${problem?.message ?? cause.message}`,
      hint: "make it a text file that you may read, or remove it",
      cause,
    });
  }
}
