import type { ErrorCode } from "../../../contract/error-codes.js";
import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import { operateOn, type SessionRequest } from "../../operation/perform-operation.js";
import type { OperationEnd } from "../../operation/run-operation.js";
import type { ResourceChange } from "../../pulumi/stack-changes.js";
import { resourceText } from "../../pulumi/state/checkpoint.js";
import { type StackTags, writeStackTags } from "../../pulumi/state/stack-tags.js";
import type { StackSession } from "../../session/stack-session.js";
import { appliedTag, failedTag, failureText, isEmpty, noteIn, noteText } from "./applied-note.js";
import type { UnitPlan } from "./plan-unit.js";
import type { PreparedUnit } from "./prepare-units.js";
import type { RunOutcome } from "./run-in-order.js";
import type { StackInBackend } from "./stack-reader.js";
import { decideUnit, hashesOf, unitRequest, type WorkspaceRun } from "./workspace-run.js";

/** What a run of one stack came to, beside its result. */
export interface UnitEnd {
  readonly changes: readonly ResourceChange[];
  readonly sameCount: number;
  /** What to do about a failure. */
  readonly hints: readonly string[];
  /**
   * True when everything new is there and an old resource could not be deleted yet, as something still uses it: to be run
   * again when the stacks that refer to this one are done.
   */
  readonly hasPendingDeletes: boolean;
}

/** What {@link applyUnit} needs. */
export interface ApplyUnitInput {
  readonly run: WorkspaceRun;
  readonly unit: PreparedUnit;
  readonly sessionOf: (unit: PreparedUnit) => Promise<StackSession>;
  /** What was approved; undefined when nothing was planned: the run then is as it comes. */
  readonly plan: UnitPlan | undefined;
  readonly allowDataLoss: boolean;
  /** `--refresh`: what there is at the vendor is read first. */
  readonly refresh: boolean;
  /** `--allow-replacement`: what the plan did not name may be deleted or replaced. */
  readonly allowReplacement: boolean;
}

/** Applies one unit, unless its note says that there is nothing to do; notes what it was applied with. */
export async function applyUnit(input: ApplyUnitInput): Promise<RunOutcome<UnitEnd>> {
  const { run, unit, plan } = input;
  // What a preview was needed for may have turned out to be as it was.
  const isOpen = plan === undefined || plan.changes.length === 0;
  const mayBeUnchanged = isOpen || (plan.unknown.length > 0 && !input.refresh);
  if (mayBeUnchanged && (await decideUnit(run, unit)).unchanged) return { result: "unchanged", data: nothingDone };
  const session = await input.sessionOf(unit);
  const stale = plan !== undefined && (await isStale(input, plan));
  const extra = stale ? await unapproved(input, session, plan) : undefined;
  if (extra !== undefined) return extra;
  const hashes = await hashesOf(run, unit);
  // The new outputs are in the state only when the run has ended; the deletion is begun again by the next one.
  const blocked = new AbortController();
  const onBlockedDelete = (): void => {
    if (hasDependents(run, unit)) blocked.abort();
  };
  const what = { name: "up", stage: "confirmed", onBlockedDelete, interruption: blocked.signal } as const;
  const end = await operate(input, session, what);
  run.reader.forget(unit.ref);
  if (end.code !== 0 && blocked.signal.aborted && !run.signal.aborted) {
    return { result: "succeeded", data: { ...unitEnd(end), hasPendingDeletes: true } };
  }
  if (end.code === 0) {
    await note(input, session, hashes);
    const data = unitEnd(end);
    return { result: data.changes.length === 0 ? "unchanged" : "succeeded", data };
  }
  const outcome = outcomeOf(end, unit, run);
  if (outcome.result === "failed") {
    const code = isPlantonError(outcome.error) ? outcome.error.code : "E_INTERNAL";
    await noteFailure(input, session, { ...hashes, code });
  }
  return outcome;
}

/** The end of a run that has done nothing. */
export const nothingDone: UnitEnd = { changes: [], sameCount: 0, hints: [], hasPendingDeletes: false };

/** What an operation that ended well has done. */
export function unitEnd({ changes: { changes, sameCount } }: OperationEnd): UnitEnd {
  return { ...nothingDone, changes, sameCount };
}

function hasDependents({ graph, selected }: WorkspaceRun, { id }: PreparedUnit): boolean {
  return graph.edges.some(({ from, to }) => to === id && selected.has(from));
}

/** True when the plan did not know everything, or the state is another one by now. */
async function isStale({ run, unit }: ApplyUnitInput, plan: UnitPlan): Promise<boolean> {
  if (plan.unknown.length > 0 || plan.reason === undefined) return true;
  // It may have been read for the plan, before the user was asked.
  run.reader.forget(unit.ref);
  const { state } = await run.reader.read(unit.ref);
  // Of a new one the plan itself has made the empty stack.
  return plan.state === undefined ? state !== undefined && !isEmpty(state) : state?.fingerprint !== plan.state;
}

/** Previews again with what is known by now; the outcome when it deletes or replaces what was not approved, or fails. */
async function unapproved(
  input: ApplyUnitInput,
  session: StackSession,
  plan: UnitPlan,
): Promise<RunOutcome<UnitEnd> | undefined> {
  if (input.allowReplacement) return undefined;
  const end = await operate(input, session, { name: "preview" });
  if (end.code !== 0) return outcomeOf(end, input.unit, input.run);
  const approved = new Set(plan.changes.filter(isDestructive).map(({ urn }) => urn));
  const more = end.changes.changes.filter((change) => isDestructive(change) && !approved.has(change.urn));
  if (more.length === 0) return undefined;
  const what = more.map(({ urn, action }) => `${action} ${resourceText(urn)}`).join(", ");
  const error = new PlantonError({
    code: "E_PLAN_CHANGED",
    message: `stack "${session.stack}" would now ${what}, which the plan did not name`,
    hint: "check the new plan, and run this again; or pass --allow-replacement",
  });
  return { result: "failed", error, data: { ...nothingDone, changes: more } };
}

function isDestructive({ action }: ResourceChange): boolean {
  return action === "delete" || action === "replace";
}

function operate(
  { run, unit, allowDataLoss, refresh }: ApplyUnitInput,
  session: StackSession,
  what: Pick<SessionRequest, "name" | "stage" | "onBlockedDelete" | "interruption">,
): Promise<OperationEnd> {
  // A preview names what is protected and would go; the plan has to have named it too.
  const extra = refresh ? ["--refresh"] : [];
  const request: SessionRequest = { ...unitRequest(run, unit), ...what, extra, allowDataLoss, showsProtected: true };
  return operateOn(session, request, run.operationFor(unit));
}

/** Notes what the stack was applied with. A note that cannot be kept costs a run of the engine, nothing else. */
async function note(
  { run, unit }: Pick<ApplyUnitInput, "run" | "unit">,
  session: StackSession,
  hashes: { readonly inputs: string; readonly references: string },
): Promise<void> {
  const { state } = await run.reader.read(session.ref);
  if (state === undefined) return;
  const text = noteText({ ...hashes, state: state.fingerprint });
  await keepTag({ run, unit }, session, { [appliedTag]: text });
}

/** Notes what a run failed with, for `planton status`. */
async function noteFailure(
  { run, unit }: Pick<ApplyUnitInput, "run" | "unit">,
  session: StackSession,
  { code, ...hashes }: { readonly inputs: string; readonly references: string; readonly code: ErrorCode },
): Promise<void> {
  const { state } = await run.reader.read(session.ref);
  if (state === undefined) return;
  const text = failureText({ ...hashes, state: state.fingerprint }, code);
  await keepTag({ run, unit }, session, { [failedTag]: text });
}

async function keepTag(
  { run, unit }: Pick<ApplyUnitInput, "run" | "unit">,
  session: StackSession,
  tags: StackTags,
): Promise<void> {
  try {
    await writeStackTags(session.ref, () => session.pulumi, tags);
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    run.operationFor(unit).console.report(`warning: ${error.message}`);
  }
  run.reader.forget(session.ref);
}

/**
 * Keeps the note of a stack that was as its note says, after a refresh that found nothing: pulumi has encrypted the secrets
 * in its state anew.
 */
export async function keepNote(
  around: Pick<ApplyUnitInput, "run" | "unit">,
  session: StackSession,
  { state, tags }: StackInBackend,
): Promise<void> {
  const kept = noteIn(tags);
  if (kept !== undefined && kept.state === state?.fingerprint) await note(around, session, kept);
}

/** The outcome of an operation that did not end well; one that only left what others still use counts as applied. */
function outcomeOf(
  end: OperationEnd,
  unit: Pick<PreparedUnit, "id">,
  { signal }: Pick<WorkspaceRun, "signal">,
): RunOutcome<UnitEnd> {
  const failure = failureOf(end, unit, { signal });
  const hasPendingDeletes = failure.result === "failed" && end.changes.failedDeletes.length > 0;
  return hasPendingDeletes ? { result: "succeeded", data: { ...failure.data, hasPendingDeletes } } : failure;
}

/** A run that did not end well. */
interface FailedUnit {
  readonly result: "failed" | "locked" | "cancelled";
  readonly error: PlantonError;
  readonly data: UnitEnd;
}

/** What an operation that did not end with 0 comes to. */
export function failureOf(
  end: OperationEnd,
  { id }: Pick<PreparedUnit, "id">,
  { signal }: Pick<WorkspaceRun, "signal">,
): FailedUnit {
  const data: UnitEnd = { ...unitEnd(end), hints: end.hints };
  const failed = new PlantonError({
    code: "E_PULUMI",
    message: end.diagnostic ?? `pulumi ended with exit code ${end.code} in ${id}`,
    ...(end.hints[0] === undefined ? {} : { hint: end.hints[0] }),
  });
  const error = end.error ?? failed;
  if (error.code === "E_LOCKED") return { result: "locked", error, data };
  const isSignal = end.code > signalCodes && end.code !== internalErrorCode;
  if (end.code === cancelledCode || isSignal || signal.aborted) return { result: "cancelled", error, data };
  return { result: "failed", error, data };
}

/** Pulumi's exit code for an operation that was cancelled. */
const cancelledCode = 8;

/** Exit codes above are 128 and the number of the signal that ended it. */
const signalCodes = 128;

const internalErrorCode = 255;
