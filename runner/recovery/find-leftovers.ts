import type { FoundResource, PendingCreate, VendorAdapter, VendorSurroundings } from "../../contract/vendor.js";
import { ownerMark } from "../owner-mark.js";
import type { StackState } from "../pulumi/stack-state.js";
import type { RunMarker } from "../run-marker.js";

/** A creation that was begun, and what the vendor has of it. */
export interface Leftover {
  readonly urn: string;
  readonly type: string;
  /** Resources of the vendor that may be its outcome and that the state does not hold. */
  readonly found: readonly FoundResource[];
}

/** What {@link findLeftovers} looks at. */
export interface FindLeftoversInput {
  readonly state: StackState;
  readonly marker: RunMarker | undefined;
  readonly project: string;
  readonly stack: string;
  readonly vendor: VendorAdapter;
  readonly surroundings: VendorSurroundings;
}

/** Looks at the vendor for the outcome of every creation that the state or the run marker says was begun. Throws E_VENDOR*. */
export async function findLeftovers(input: FindLeftoversInput): Promise<readonly Leftover[]> {
  const { state, marker, vendor, surroundings } = input;
  const owner = marker?.owner ?? ownerMark(input.project, input.stack);
  const known = new Set(state.resources.map((resource) => resource.id).filter((id) => id !== undefined));
  const started = marker === undefined ? {} : { startedAtMs: marker.startedAtMs };
  const candidates = new Map<string, PendingCreate>();
  for (const create of marker?.creates ?? []) {
    const urn = urnOf(input, create.type, create.name);
    candidates.set(urn, { type: create.type, inputs: create.inputs, owner, ...started });
  }
  for (const pending of state.pendingCreates) {
    candidates.set(pending.urn, { type: pending.type, inputs: pending.inputs, owner, ...started });
  }
  return Promise.all(
    [...candidates].map(async ([urn, create]) => ({
      urn,
      type: create.type,
      found: ((await vendor.findCreated(create, surroundings)) ?? []).filter((resource) => !known.has(resource.id)),
    })),
  );
}

function urnOf({ project, stack }: FindLeftoversInput, type: string, name: string): string {
  return `urn:pulumi:${stack}::${project}::${type}::${name}`;
}
