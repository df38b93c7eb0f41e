import { rmSync } from "node:fs";
import { join } from "node:path";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { FoundResource } from "../../contract/vendor.js";
import { writeFileWhole } from "../../contract/write-file-whole.js";
import { isJsonObject } from "../../http/json.js";
import { readFileText } from "../system/read-file-text.js";
import { assertOwnPlantonFolder, ensurePlantonFolder, plantonFolder } from "./planton-folder.js";

/** A creation that a run may have begun: what is needed to find its outcome at the vendor. */
export interface RecordedCreate {
  /** Pulumi type token. */
  readonly type: string;
  /** Logical name of the resource. */
  readonly name: string;
  /** The identifying inputs and those that no import knows, no secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970 when it was registered. */
  readonly begunAtMs?: number;
  /** Vendor's ids of what the inputs fitted before it was begun and was not this stack's; absent when not looked for. */
  readonly knownBefore?: readonly string[];
  /** True when the vendor has one that the state does not hold, from an earlier run or from this one. */
  readonly alreadyExists?: boolean;
}

/** A note in the project folder that an update of a stack is under way, or ended uncleanly. */
export interface RunMarker {
  readonly stack: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly creates: readonly RecordedCreate[];
  /**
   * True when a deletion failed: its resource may be gone all the same, and has to be read before the state is
   * believed.
   */
  readonly needsRefresh?: boolean;
}

/** URN of a marked create; looked-up resources have no parent but the stack. */
export function urnOfCreate({ project, stack }: { project: string; stack: string }, create: RecordedCreate): string {
  return `urn:pulumi:${stack}::${project}::${create.type}::${create.name}`;
}

/**
 * True when a resource that the vendor has and the state does not hold may be the outcome of that creation: it carries the
 * stack's mark, or its type takes none and it was not there before.
 */
export function mayBeOutcome(found: FoundResource, { knownBefore = [] }: Pick<RecordedCreate, "knownBefore">): boolean {
  return (found.ours || !found.takesMark) && !knownBefore.includes(found.id);
}

/** Path of a stack's run marker. */
export function runMarkerPath(projectDir: string, stack: string): string {
  return join(plantonFolder(projectDir), `${stack}.run.json`);
}

/**
 * The run marker of a stack, or undefined when its last update ended cleanly. Throws E_PENDING_OPERATIONS for a marker that
 * cannot be read or is another stack's: an update did not end cleanly, and what it began is not known. Throws
 * E_PROJECT_INVALID where `.planton` is a link.
 */
export function readRunMarker(projectDir: string, stack: string): RunMarker | undefined {
  const path = runMarkerPath(projectDir, stack);
  assertOwnPlantonFolder(projectDir);
  let value: unknown;
  try {
    value = JSON.parse(readFileText({ file: path, cwd: projectDir }));
  } catch (error) {
    if (isPlantonError(error) && error.code === "E_LOAD_NOT_FOUND") return undefined;
    throw unreadable(path, stack, error);
  }
  if (!isRunMarker(value) || value.stack !== stack) throw unreadable(path, stack, undefined);
  return value;
}

function unreadable(path: string, stack: string, cause: unknown): PlantonError {
  return new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `the last update of stack "${stack}" did not end cleanly, and its run marker "${path}" cannot be read`,
    hint: "look in the vendor's console for what that update may have made; when there is nothing that the state lacks, delete the file",
    cause,
  });
}

/**
 * Writes the marker (0600), whole or not at all, in a folder that git ignores. Throws E_PROJECT_INVALID where that is a
 * link.
 */
export function writeRunMarker(projectDir: string, marker: RunMarker): void {
  ensurePlantonFolder(projectDir);
  writeFileWhole(runMarkerPath(projectDir, marker.stack), JSON.stringify(marker), { mode: 0o600 });
}

/** Removes the marker after a clean end. Throws E_PROJECT_INVALID where its folder is a link. */
export function removeRunMarker(projectDir: string, stack: string): void {
  assertOwnPlantonFolder(projectDir);
  rmSync(runMarkerPath(projectDir, stack), { force: true });
}

/** Everything that planton has written passes, also an older one; a marker is a file that anybody may have changed. */
function isRunMarker(value: unknown): value is RunMarker {
  if (!isJsonObject(value)) return false;
  const { stack, startedAtMs, creates, needsRefresh } = value;
  return (
    typeof stack === "string" &&
    Number.isFinite(startedAtMs) &&
    isOptional(needsRefresh, "boolean") &&
    Array.isArray(creates) &&
    creates.every(isRecordedCreate)
  );
}

function isRecordedCreate(value: unknown): value is RecordedCreate {
  if (!isJsonObject(value)) return false;
  const { type, name, inputs, begunAtMs, knownBefore = [], alreadyExists } = value;
  return (
    isPartOfUrn(type) &&
    isPartOfUrn(name) &&
    isJsonObject(inputs) &&
    isOptional(begunAtMs, "number") &&
    isOptional(alreadyExists, "boolean") &&
    Array.isArray(knownBefore) &&
    knownBefore.every((id) => typeof id === "string")
  );
}

function isPartOfUrn(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !value.includes("::");
}

function isOptional(value: unknown, type: "boolean" | "number"): boolean {
  return value === undefined || typeof value === type;
}
