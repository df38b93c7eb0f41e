import type { FoundResource, PendingCreate } from "../../../contract/vendor.js";
import { ownerTag } from "../../project/owner-tag.js";
import { type RecordedCreate, type RunMarker, urnOfCreate } from "../../project/run-marker.js";
import type { Checkpoint } from "./checkpoint.js";

/** A creation that the state or the run marker says was begun, and whose end neither knows. */
export interface StackPendingCreate extends PendingCreate, Pick<RecordedCreate, "begunAtMs" | "knownBefore"> {
  readonly urn: string;
  /** True when the state says so, as the engine writes it; the marker alone is written before the engine is asked. */
  readonly isPending: boolean;
}

/** The creations that were begun in a stack and not ended, one for each URN. */
export function pendingCreatesOf(input: {
  readonly state: Checkpoint;
  readonly marker: RunMarker | undefined;
  readonly project: string;
  readonly stack: string;
  /** The stack's id; undefined for a stack that was made before there were ids. */
  readonly id: string | undefined;
}): readonly StackPendingCreate[] {
  const { state, marker, project, stack, id } = input;
  // What the marker says of its owner may be anybody's word: it lies in a folder.
  const owner = ownerTag({ project, stack, id });
  const startedAtMs = marker?.startedAtMs ?? state.writtenAtMs;
  // The mark of a stack without id may be another stack's too, whose resources are older.
  const proof = { owner, ...(id !== undefined || startedAtMs === undefined ? {} : { startedAtMs }) };
  const creates = new Map<string, StackPendingCreate>();
  for (const marked of marker?.creates ?? []) {
    const { type, inputs, begunAtMs, knownBefore } = marked;
    const urn = urnOfCreate({ project, stack }, marked);
    const times = begunAtMs === undefined ? {} : { begunAtMs };
    const before = knownBefore === undefined ? {} : { knownBefore };
    creates.set(urn, { urn, type, inputs, isPending: false, ...proof, ...times, ...before });
  }
  for (const { urn, type, inputs } of state.pendingCreates) {
    creates.set(urn, { ...creates.get(urn), urn, type, inputs, isPending: true, ...proof });
  }
  return [...creates.values()];
}

/** Vendor's ids that are no surprise: those of the state, and those that the user has said are not this stack's. */
export function heldIds({ resources }: Checkpoint, forgotten: readonly string[]): ReadonlySet<string> {
  return new Set([...resources.flatMap((resource) => resource.id ?? []), ...forgotten]);
}

/** What of a creation's outcome the state does not hold, and was not at the vendor before. */
export function notHeld(
  found: readonly FoundResource[],
  held: ReadonlySet<string>,
  { knownBefore = [] }: Pick<RecordedCreate, "knownBefore">,
): readonly FoundResource[] {
  return found.filter(({ id }) => !held.has(id) && !knownBefore.includes(id));
}
