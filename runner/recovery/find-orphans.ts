import type { FoundResource, PendingCreate, VendorAdapter, VendorSurroundings } from "../../contract/vendor.js";
import { ownerMark } from "../project/owner-tag.js";
import { type MarkedCreate, type RunMarker, urnOfCreate } from "../project/run-marker.js";
import type { StackState } from "../pulumi/checkpoint.js";

/** A creation that was begun, and what the vendor has of it. */
export interface Leftover {
  readonly urn: string;
  readonly type: string;
  /** Inputs of the creation, as the state or the run marker keeps them. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /**
   * Resources of the vendor that may be its outcome and that the state does not hold; undefined: not looked for, which the
   * plugin does itself before it creates.
   */
  readonly found: readonly FoundResource[] | undefined;
  /** Id that the state has under the same URN: the creation was to replace that resource, or none was begun. */
  readonly stateId: string | undefined;
  /** True when the state has more than one under the same URN: one of them was replaced, and is to be deleted. */
  readonly isAmbiguous: boolean;
  /** True when the state says that it was begun. */
  readonly isPending: boolean;
  /** Milliseconds since 1970 when it was begun, if known. */
  readonly begunAtMs: number | undefined;
}

/** What {@link findLeftovers} looks at. */
export interface FindLeftoversInput {
  readonly state: StackState;
  readonly marker: RunMarker | undefined;
  readonly project: string;
  readonly stack: string;
  /** The stack's id; undefined for a stack that was made before there were ids. */
  readonly id: string | undefined;
  /** Vendor's ids that are not this stack's, whatever mark they carry. */
  readonly forgotten: readonly string[];
  readonly vendor: VendorAdapter;
  readonly surroundings: VendorSurroundings;
}

/** Looks at the vendor for the outcome of every creation that the state or the run marker says was begun. Throws E_VENDOR*. */
export async function findLeftovers(input: FindLeftoversInput): Promise<readonly Leftover[]> {
  const { state, marker, vendor, surroundings } = input;
  const known = new Set([...state.resources.flatMap((resource) => resource.id ?? []), ...input.forgotten]);
  return Promise.all(
    [...begunCreates(input)].map(async ([urn, { create, begunAtMs }]) => ({
      urn,
      type: create.type,
      inputs: create.inputs,
      found: (await vendor.recovery?.findCreated(create, surroundings))?.filter(
        ({ id }) => !known.has(id) && !(create.knownBefore ?? []).includes(id),
      ),
      stateId: state.resources.find((resource) => resource.urn === urn && resource.id !== undefined)?.id,
      isAmbiguous: state.resources.filter((resource) => resource.urn === urn).length > 1,
      isPending: state.pendingCreates.some((pending) => pending.urn === urn),
      begunAtMs: begunAtMs ?? marker?.startedAtMs ?? state.writtenAtMs,
    })),
  );
}

interface BegunCreate {
  readonly create: PendingCreate & Pick<MarkedCreate, "knownBefore">;
  readonly begunAtMs: number | undefined;
}

function begunCreates(input: FindLeftoversInput): ReadonlyMap<string, BegunCreate> {
  const { state, marker, project, stack, id } = input;
  // What the marker says of its owner may be anybody's word: it lies in a folder.
  const owner = ownerMark({ project, stack, id });
  const startedAtMs = marker?.startedAtMs ?? state.writtenAtMs;
  const isProof = owner !== ownerMark({ project, stack, id: undefined });
  const started = isProof || startedAtMs === undefined ? {} : { startedAtMs };
  const creates = new Map<string, BegunCreate>();
  for (const marked of marker?.creates ?? []) {
    const { type, inputs, knownBefore = [] } = marked;
    const create = { type, inputs, knownBefore, owner, ...started };
    creates.set(urnOfCreate({ project, stack }, marked), { create, begunAtMs: marked.begunAtMs });
  }
  for (const pending of state.pendingCreates) {
    const marked = creates.get(pending.urn);
    const { knownBefore = [] } = marked?.create ?? {};
    const create = { type: pending.type, inputs: pending.inputs, knownBefore, owner, ...started };
    creates.set(pending.urn, { create, begunAtMs: marked?.begunAtMs });
  }
  return creates;
}
