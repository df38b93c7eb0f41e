import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A creation that a run may have begun: what is needed to find its outcome at the vendor. */
export interface MarkedCreate {
  /** Pulumi type token. */
  readonly type: string;
  /** Logical name of the resource. */
  readonly name: string;
  /** The identifying inputs, no secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A note in the project folder that an update of a stack is under way, or ended uncleanly. */
export interface RunMarker {
  readonly stack: string;
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly creates: readonly MarkedCreate[];
}

/** Path of a stack's run marker. */
export function runMarkerPath(projectDir: string, stack: string): string {
  return join(projectDir, ".planton", `${stack}.run.json`);
}

/** The run marker of a stack, or undefined when its last update ended cleanly. */
export function readRunMarker(projectDir: string, stack: string): RunMarker | undefined {
  let text: string;
  try {
    text = readFileSync(runMarkerPath(projectDir, stack), "utf8");
  } catch {
    // No marker, or a folder that cannot be read: the state's pending operations still tell of an unclean end.
    return undefined;
  }
  const value: unknown = JSON.parse(text);
  return isRunMarker(value) ? value : undefined;
}

/** Writes the marker (0600), whole or not at all, in a folder that git ignores. */
export function writeRunMarker(projectDir: string, marker: RunMarker): void {
  const folder = join(projectDir, ".planton");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  const path = runMarkerPath(projectDir, marker.stack);
  writeFileSync(`${path}.new`, JSON.stringify(marker), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Removes the marker after a clean end. */
export function removeRunMarker(projectDir: string, stack: string): void {
  rmSync(runMarkerPath(projectDir, stack), { force: true });
}

function isRunMarker(value: unknown): value is RunMarker {
  return (
    typeof value === "object" &&
    value !== null &&
    "stack" in value &&
    typeof value.stack === "string" &&
    "owner" in value &&
    typeof value.owner === "string" &&
    "startedAtMs" in value &&
    typeof value.startedAtMs === "number" &&
    "creates" in value &&
    Array.isArray(value.creates)
  );
}
