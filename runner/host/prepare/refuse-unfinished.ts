import { findPlugin } from "../../../contract/find-vendor.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { VendorAdapter, VendorContext } from "../../../contract/vendor.js";
import type { RunHandoff } from "../../project/run-handoff.js";
import { type RecordedCreate, readRunMarker } from "../../project/run-marker.js";
import { parseForgotten } from "../../project/stack-settings.js";
import { type Checkpoint, resourceText } from "../../pulumi/state/checkpoint.js";
import { findDuplicates, isPendingDelete } from "../../pulumi/state/duplicate-resources.js";
import { heldIds, notHeld, pendingCreatesOf } from "../../pulumi/state/pending-creates.js";
import { arrivalLimitMs } from "../../recovery/wait-for-orphans.js";
import { isSandbox } from "../../system/planton-home.js";
import type { RunRequest } from "../run-request.js";

/**
 * Refuses an update of a state that holds one resource twice: the engine would delete the one that the program does not
 * register, and with it the other. Throws E_PENDING_OPERATIONS.
 */
export async function assertNothingHeldTwice({ request, readState, recover }: RecoveryContext): Promise<void> {
  if (request.dryRun) return;
  const [found] = findDuplicates(await readState());
  if (found === undefined) return;
  const { held, type, id } = found;
  const isRecoverable = isPendingDelete(found);
  throw new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `the state of stack "${request.stack}" holds the ${type.split(":").at(-1)} "${id}" ${isRecoverable ? "twice, in use and to be deleted" : `twice, as ${held.map(({ urn }) => `"${urn}"`).join(" and ")}`}: an update would delete it`,
    hint: isRecoverable
      ? `${recover} takes the deletion out of the state`
      : "take the one that the program does not register out of the state: pulumi state delete, with its urn",
  });
}

/**
 * After an update that did not end cleanly, searches the vendor for what it may have made: by the run marker, and in an
 * update also by what the state says was begun. Refuses to go on when there is something that the state does not know,
 * because the program would make it a second time, and when it may still come. Throws E_PENDING_OPERATIONS.
 */
export async function assertNothingUnfinished(recovery: RecoveryContext): Promise<void> {
  const { request, vendor, context } = recovery;
  const marker = readRunMarker(request.rootDirectory, request.stack);
  const state = marker !== undefined || !request.dryRun ? await recovery.readState() : undefined;
  if (state === undefined) return;
  const { project, stack, config } = request;
  const creates = pendingCreatesOf({ state, marker, project, stack, id: config.get("planton:id") });
  const held = heldIds(state, forgottenIds(request));
  const unknown: string[] = [];
  for (const create of creates) {
    const found = await vendor.recovery?.findCreated(create, context);
    const unheld = notHeld(found ?? [], held, create);
    unknown.push(...unheld.map((resource) => `${resource.description}, id ${resource.id}`));
    const isAbsent = found === undefined ? isYoung(state, recovery) : found.length === 0;
    if (isAbsent && create.isPending) unknown.push(`${resourceText(create.urn)}, which may still come`);
  }
  if (unknown.length === 0) return;
  throw new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `the last update of stack "${request.stack}" did not end cleanly and may have made ${unknown.join("; ")}: the state does not hold it`,
    hint: `${recovery.recover} takes it into the state; without that it would be made a second time`,
  });
}

/** Whether a request that was under way when the state was last written may still arrive at the vendor. */
function isYoung({ writtenAtMs }: Checkpoint, { context, nowMs }: RecoveryContext): boolean {
  return writtenAtMs !== undefined && nowMs() < writtenAtMs + arrivalLimitMs(isSandbox(context.env));
}

/**
 * Refuses an update after one that failed half way: the engine takes what the program said then for what the vendor has,
 * and would report a change as made that was refused; and it asks the vendor for what was deleted to be replaced. Own
 * plugins see such a resource as changed. Throws E_PENDING_OPERATIONS.
 */
export async function assertNothingHalfDone({
  request,
  vendor,
  operation,
  readState,
  recover,
}: RecoveryContext): Promise<void> {
  // These two read the resources anew, or delete them.
  if (request.dryRun || operation === "refresh" || operation === "destroy") return;
  const { resources } = await readState();
  const deleted = resources.find(({ isPendingReplacement }) => isPendingReplacement);
  if (deleted !== undefined) {
    throw new PlantonError({
      code: "E_PENDING_OPERATIONS",
      message: `the last update of stack "${request.stack}" deleted ${resourceText(deleted.urn)} to replace it, and did not make its successor`,
      hint: `${recover} takes what is gone out of the state; then run this again`,
    });
  }
  if (readRunMarker(request.rootDirectory, request.stack)?.needsRefresh === true) {
    throw new PlantonError({
      code: "E_PENDING_OPERATIONS",
      message: `the last run of stack "${request.stack}" failed to delete a resource, which may be gone all the same`,
      hint: "planton pulumi up or destroy reads it from the vendor first",
    });
  }
  const failed = resources.filter(({ hasInitErrors, type }) => hasInitErrors && !findPlugin(vendor, type)?.isOwn);
  if (failed.length === 0) return;
  throw new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `the last update of stack "${request.stack}" failed at ${failed.map(({ urn }) => resourceText(urn)).join(", ")}, and the state may hold what the vendor does not`,
    hint: `planton pulumi up reads it from the vendor first; with pulumi alone: pulumi refresh --stack ${request.stack}, then run this again`,
  });
}

/** Where to look for what an earlier run has made. */
export interface RecoveryContext {
  readonly request: RunRequest;
  readonly vendor: VendorAdapter;
  readonly context: VendorContext;
  /** The operation when planton started it; undefined under plain pulumi. */
  readonly operation: RunHandoff["operation"] | undefined;
  /** The owner mark of ModuleContext.owner. */
  readonly owner: string;
  /** Reads the stack's state, once for all callers. */
  readonly readState: () => Promise<Checkpoint>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** The command that recovers this stack, for hints. */
  readonly recover: string;
}

/** A resource that is about to be registered. */
interface AssertNotMadeInput extends RecoveryContext {
  readonly create: RecordedCreate;
  readonly urn: string;
  /** Id that the resource is to be imported by. */
  readonly imported: string | undefined;
}

/** Vendor's ids that the user has said are not this stack's. */
export function forgottenIds({ config }: RunRequest): readonly string[] {
  return parseForgotten(config.get("planton:forgotten") ?? "");
}

/**
 * Searches the vendor for a resource that the state lacks, whatever the run marker says: an earlier run may have made it,
 * and the note of that may be lost. Gives the ids of those that fit and are not this stack's; undefined when the state has
 * the resource, so that nothing is looked for. Throws E_PENDING_OPERATIONS when one carries the stack's mark. The mark
 * of a stack without id proves nothing.
 */
export async function assertNotMade(input: AssertNotMadeInput): Promise<readonly string[] | undefined> {
  const { request, vendor, context, owner, create } = input;
  const state = await input.readState();
  if (state.resources.some((resource) => resource.urn === input.urn && resource.id !== undefined)) return undefined;
  const held = heldIds(state, forgottenIds(request));
  const found =
    (await vendor.recovery?.findCreated({ type: create.type, inputs: create.inputs, owner }, context)) ?? [];
  const isOurs = request.config.get("planton:id") !== undefined;
  const made = found.filter(
    ({ ours, id, importId }) => isOurs && ours && !held.has(id) && (importId ?? id) !== input.imported,
  );
  if (made.length === 0) return found.filter(({ id }) => !held.has(id)).map(({ id }) => id);
  throw new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `an earlier run of stack "${request.stack}" has made ${made.map(({ description, id }) => `${description}, id ${id}`).join("; ")}, which the state does not hold`,
    hint: `${input.recover} takes it into the state, and so does planton pulumi up; if it is not to be this stack's: ${input.recover} --forget ID`,
  });
}
