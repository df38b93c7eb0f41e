import { type RecordedCreate, writeRunMarker } from "../../runner/project/run-marker.js";
import { type HeldEntry, urnOf } from "./in-process/memory-deployment.js";
import type { OperationBed } from "./in-process/operation-bed.js";

/** What an up that was killed has left. */
export interface Broken {
  /** What the state holds. */
  readonly holds?: readonly HeldEntry[];
  /** Operations that the state says were begun. */
  readonly pending?: readonly HeldEntry[];
  /** Default: creating. */
  readonly operation?: "creating" | "updating";
  /** Creations of the run marker; absent: there is none. */
  readonly marks?: readonly RecordedCreate[];
  /** How long ago it ended, milliseconds; default: an hour. */
  readonly ageMs?: number;
}

/** Makes the stack of `app/stack-input.yaml` as an up that was killed leaves it; gives the time of its end. */
export async function breakStack(
  bed: OperationBed,
  stack: string,
  { holds = [], pending = [], operation = "creating", marks, ageMs = 60 * 60_000 }: Broken,
): Promise<number> {
  bed.makes(...holds);
  await bed.run("up");
  bed.change(stack, (deployment, place) => {
    deployment.pending_operations = pending.map((entry) => ({
      type: operation,
      resource: { ...entry, custom: true, urn: urnOf(place, entry) },
    }));
  });
  const startedAtMs = bed.clock.nowMs;
  if (marks !== undefined) writeRunMarker(bed.place(stack).dir, { stack, startedAtMs, creates: marks });
  bed.pulumi.calls.length = 0;
  bed.clock.nowMs += ageMs;
  return startedAtMs;
}
