import { PlantonError } from "../../contract/planton-error.js";
import type { VendorAdapter, VendorSurroundings } from "../../contract/vendor.js";
import { parseForgotten } from "../project/stack-settings.js";
import type { StackState } from "../pulumi/stack-state.js";
import type { MarkedCreate } from "../run-marker.js";
import type { RunRequest } from "./language-service.js";

/** Where to look for what an earlier run has made. */
export interface VendorLook {
  readonly request: RunRequest;
  readonly vendor: VendorAdapter;
  readonly surroundings: VendorSurroundings;
  /** The owner mark of ModuleContext.owner. */
  readonly owner: string;
  /** Reads the stack's state, once for all callers. */
  readonly readState: () => Promise<StackState>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** The command that recovers this stack, for hints. */
  readonly recover: string;
}

/** A resource that is about to be registered. */
export interface AssertNotMadeInput extends VendorLook {
  readonly create: MarkedCreate;
  readonly urn: string;
  /** Id that the resource is to be imported by. */
  readonly imported: string | undefined;
}

/** Vendor's ids that are no surprise: those of the state, and those that the user has said are not this stack's. */
export function heldIds({ resources }: StackState, request: RunRequest): ReadonlySet<string> {
  return new Set([
    ...resources.flatMap((resource) => resource.id ?? []),
    ...parseForgotten(request.config.get("planton:forgotten") ?? ""),
  ]);
}

/**
 * Looks at the vendor for a resource that the state lacks, whatever the run marker says: an earlier run may have made it,
 * and the note of that may be lost. Gives the ids of those that fit and are not this stack's; undefined when the state has
 * the resource, so that nothing is looked for. Throws E_UNFINISHED when one carries the stack's mark. The mark of a stack
 * without id proves nothing.
 */
export async function assertNotMade(input: AssertNotMadeInput): Promise<readonly string[] | undefined> {
  const { request, vendor, surroundings, owner, create } = input;
  const state = await input.readState();
  if (state.resources.some((resource) => resource.urn === input.urn && resource.id !== undefined)) return undefined;
  const held = heldIds(state, request);
  const found =
    (await vendor.recovery?.findCreated({ type: create.type, inputs: create.inputs, owner }, surroundings)) ?? [];
  const isOurs = request.config.get("planton:id") !== undefined;
  const made = found.filter(({ ours, id }) => isOurs && ours && !held.has(id) && id !== input.imported);
  if (made.length === 0) return found.filter(({ id }) => !held.has(id)).map(({ id }) => id);
  throw new PlantonError({
    code: "E_UNFINISHED",
    message: `an earlier run of stack "${request.stack}" has made ${made.map(({ description, id }) => `${description}, id ${id}`).join("; ")}, which the state does not hold`,
    hint: `${input.recover} takes it into the state, and so does planton pulumi up; if it is not to be this stack's: ${input.recover} --forget ID`,
  });
}
