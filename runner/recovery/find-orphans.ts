import type { FoundResource, VendorAdapter, VendorContext } from "../../contract/vendor.js";
import type { RunMarker } from "../project/run-marker.js";
import type { Checkpoint } from "../pulumi/state/checkpoint.js";
import { heldIds, notHeld, pendingCreatesOf, type StackPendingCreate } from "../pulumi/state/pending-creates.js";

/** A creation that was begun, and what the vendor has of it. */
export interface Orphan extends Omit<StackPendingCreate, "begunAtMs"> {
  /**
   * Resources of the vendor that may be its outcome and that the state does not hold; undefined: not looked for, which the
   * plugin does itself before it creates.
   */
  readonly found: readonly FoundResource[] | undefined;
  /** Id that the state has under the same URN: the creation was to replace that resource, or none was begun. */
  readonly stateId: string | undefined;
  /** True when the state has more than one under the same URN: one of them was replaced, and is to be deleted. */
  readonly isAmbiguous: boolean;
  /** Milliseconds since 1970 when it was begun, if known. */
  readonly begunAtMs: number | undefined;
}

/** Input of {@link findOrphans}. */
interface FindOrphansInput {
  readonly state: Checkpoint;
  readonly marker: RunMarker | undefined;
  readonly project: string;
  readonly stack: string;
  /** The stack's id; undefined for a stack that was made before there were ids. */
  readonly id: string | undefined;
  /** Vendor's ids that are not this stack's, whatever mark they carry. */
  readonly forgotten: readonly string[];
  readonly vendor: VendorAdapter;
  readonly context: VendorContext;
}

/**
 * Searches the vendor for the outcome of every creation that the state or the run marker says was begun. Throws
 * E_VENDOR*.
 */
export async function findOrphans(input: FindOrphansInput): Promise<readonly Orphan[]> {
  const { state, marker, vendor, context } = input;
  const held = heldIds(state, input.forgotten);
  return Promise.all(
    pendingCreatesOf(input).map(async (create) => {
      const found = await vendor.recovery?.findCreated(create, context);
      const entries = state.resources.filter(({ urn }) => urn === create.urn);
      return {
        ...create,
        found: found && notHeld(found, held, create),
        stateId: entries.find(({ id }) => id !== undefined)?.id,
        isAmbiguous: entries.length > 1,
        begunAtMs: create.begunAtMs ?? marker?.startedAtMs ?? state.writtenAtMs,
      };
    }),
  );
}
