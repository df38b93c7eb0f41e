import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import { operateOn, type SessionRequest } from "../../operation/perform-operation.js";
import { makeTarget } from "../../project/target-name.js";
import type { StackSession } from "../../session/stack-session.js";
import { placeIn, unitId } from "../unit.js";
import {
  type ApplyUnitInput,
  applyUnit,
  failureOf,
  keepNote,
  nothingDone,
  type UnitEnd,
  unitEnd,
} from "./apply-unit.js";
import { planUnit, type UnitPlan } from "./plan-unit.js";
import type { PreparedUnit } from "./prepare-units.js";
import { type RunEvent, runInOrder, type UnitOutcome } from "./run-in-order.js";
import {
  type ChangedOutputs,
  isApplied,
  openSessions,
  takenFrom,
  unitRequest,
  type WorkspaceRun,
} from "./workspace-run.js";

/** How many stacks run at once, and what is seen of them. */
export interface RunOptions<Data> {
  /** `--parallel`. */
  readonly parallel: number;
  /** `--fail-fast`. */
  readonly failFast: boolean;
  /** Aborted when the user wants the command to end. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent<PreparedUnit, Data>) => void;
}

/** What applying the selected units would do, by id. */
export type WorkspacePlan = ReadonlyMap<string, UnitOutcome<UnitPlan>>;

/** What became of the selected units, by id. */
export type WorkspaceEnd = ReadonlyMap<string, UnitOutcome<UnitEnd>>;

/** Refuses a selection that takes outputs of stacks which are neither in it nor applied. Throws E_REFERENCE_NOT_FOUND. */
export async function assertUpstreamApplied(run: WorkspaceRun): Promise<void> {
  const problems: Problem[] = [];
  await run.reader.readAll(run.prepared.map(({ ref }) => ref));
  for (const unit of run.prepared) {
    for (const { target, ref } of takenFrom(run, unit)) {
      if (run.selected.has(target) || isApplied(await run.reader.read(ref))) continue;
      const reference = unit.reading.references.find((one) => unitId(makeTarget(one)) === target);
      problems.push({
        code: "E_REFERENCE_NOT_FOUND",
        severity: "error",
        ...(reference === undefined ? placeIn(unit, "target.spec") : placeOf(reference)),
        message: `${target} is not applied yet, and not selected`,
        hint: "add --with-dependencies, or apply it first",
      });
    }
  }
  const [first] = problems;
  if (first === undefined) return;
  const { code, message, hint } = first;
  throw new PlantonError({ code, message, ...(hint === undefined ? {} : { hint }), problems });
}

function placeOf({ file, position, path }: Required<Pick<Problem, "file" | "position" | "path">>) {
  return { file, position, path };
}

/** Plans the selected units in the order of their references; changes nothing at a vendor. */
export async function planWorkspace(
  run: WorkspaceRun,
  options: RunOptions<UnitPlan> & { readonly refresh: boolean; readonly changesState: boolean },
): Promise<WorkspacePlan> {
  const plans = new Map<string, UnitPlan>();
  const sessionOf = openSessions(run, { mustExist: false, recordAccount: false });
  const changedOf = (id: string): ChangedOutputs => plans.get(id)?.changedOutputs ?? [];
  const { refresh, changesState } = options;
  return runInOrder<PreparedUnit, UnitPlan>({
    ...options,
    ...ordered(run),
    run: async (unit) => {
      const planned = await planUnit({ run, unit, sessionOf, changedOf, refresh, changesState });
      if ("end" in planned) {
        const { result, error } = failureOf(planned.end, unit, run);
        return { result, error };
      }
      const { plan } = planned;
      plans.set(unit.id, plan);
      return { result: plan.reason === undefined ? "unchanged" : "succeeded", data: plan };
    },
  });
}

/**
 * Applies the selected units in the order of their references, as `plan` approves it. One whose plan was not made is not
 * run: its outcome is that of the plan. What left an old resource because others still used it is run again after these.
 */
export async function applyWorkspace(
  run: WorkspaceRun,
  plan: WorkspacePlan,
  options: RunOptions<UnitEnd> & Pick<ApplyUnitInput, "allowDataLoss" | "refresh" | "allowReplacement">,
): Promise<WorkspaceEnd> {
  const { allowDataLoss, refresh, allowReplacement } = options;
  const asked = { allowDataLoss, refresh, allowReplacement };
  const sessionOf = openSessions(run, { mustExist: false, recordAccount: true });
  const planOf = (id: string): UnitPlan | undefined => {
    const outcome = plan.get(id);
    return outcome?.result === "succeeded" || outcome?.result === "unchanged" ? outcome.data : undefined;
  };
  const apply = (unit: PreparedUnit) => applyUnit({ run, unit, sessionOf, plan: planOf(unit.id), ...asked });
  // Nobody has seen what these would do. All that depend on them are among them.
  const unplanned = new Map([...plan].flatMap(([id, outcome]) => withoutPlan(id, outcome)));
  for (const unit of run.prepared) {
    const outcome = unplanned.get(unit.id);
    if (outcome !== undefined) options.onEvent({ type: "ended", unit, outcome });
  }
  const selected = new Set([...run.selected].filter((id) => !unplanned.has(id)));
  const applied = await runInOrder<PreparedUnit, UnitEnd>({ ...options, ...ordered({ ...run, selected }), run: apply });
  const first: WorkspaceEnd = new Map([...unplanned, ...applied]);
  const again = [...first].filter(([id, outcome]) => hasPendingDeletes(outcome) && areDone(run, id, first));
  if (again.length === 0 || options.signal.aborted) return withPendingDeletes(first, new Set());
  const ids = new Set(again.map(([id]) => id));
  const second = await runInOrder<PreparedUnit, UnitEnd>({
    ...options,
    ...ordered({ ...run, selected: ids }),
    reverse: true,
    run: (unit) => applyUnit({ run, unit, sessionOf, plan: undefined, ...asked }),
  });
  return withPendingDeletes(new Map([...first, ...merged(first, second)]), ids);
}

/** The outcome of a unit whose plan was not made, as that of its run. */
function withoutPlan(id: string, outcome: UnitOutcome<UnitPlan>): [string, UnitOutcome<UnitEnd>][] {
  if (outcome.result === "skipped") return [[id, outcome]];
  if (!("error" in outcome)) return [];
  const { result, error } = outcome;
  return [[id, { result, error }]];
}

function hasPendingDeletes(outcome: UnitOutcome<UnitEnd>): boolean {
  return outcome.result === "succeeded" && outcome.data.hasPendingDeletes;
}

/** True when every selected unit that refers to it has ended well. */
function areDone({ graph, selected }: WorkspaceRun, id: string, ends: WorkspaceEnd): boolean {
  return graph.edges
    .filter(({ from, to }) => to === id && selected.has(from))
    .every(({ from }) => ["succeeded", "unchanged"].includes(ends.get(from)?.result ?? ""));
}

/** What a second run of a unit did is added to what the first did. */
function merged(first: WorkspaceEnd, second: WorkspaceEnd): [string, UnitOutcome<UnitEnd>][] {
  return [...second].map(([id, outcome]) => {
    const before = first.get(id);
    if (before?.result !== "succeeded" || (outcome.result !== "succeeded" && outcome.result !== "unchanged")) {
      return [id, outcome];
    }
    return [id, { result: "succeeded", data: { ...outcome.data, changes: before.data.changes } }];
  });
}

/** A stack whose old resources are still there has not ended well, whatever came after it. */
function withPendingDeletes(ends: WorkspaceEnd, ranAgain: ReadonlySet<string>): WorkspaceEnd {
  return new Map(
    [...ends].map(([id, outcome]) => {
      if (outcome.result !== "succeeded" || !outcome.data.hasPendingDeletes) return [id, outcome];
      const error = new PlantonError({
        code: "E_VENDOR",
        message: `${id} is applied, but what it replaced could not be deleted: the vendor refuses it`,
        hint: ranAgain.has(id)
          ? "something outside of these manifests still uses it; take it away, and run this again"
          : "what refers to it did not end well; run this again when that is mended",
      });
      return [id, { result: "failed", error, data: outcome.data }];
    }),
  );
}

/** What is done to stacks that are there. */
interface StacksOperation {
  readonly name: "destroy" | "refresh";
  readonly stage: "preview" | "confirmed";
  readonly allowDataLoss: boolean;
}

/** Destroys (dependents first) or refreshes the selected units, or previews that. One without a stack is unchanged. */
export async function operateWorkspace(
  run: WorkspaceRun,
  { name, stage, allowDataLoss }: StacksOperation,
  options: RunOptions<UnitEnd>,
): Promise<WorkspaceEnd> {
  const sessionOf = openSessions(run, { mustExist: true, recordAccount: false });
  return runInOrder<PreparedUnit, UnitEnd>({
    ...options,
    ...ordered(run),
    reverse: name === "destroy",
    run: async (unit) => {
      const before = await run.reader.read(unit.ref);
      if (!isApplied(before)) return { result: "unchanged", data: nothingDone };
      const session: StackSession = await sessionOf(unit);
      const request: SessionRequest = { ...unitRequest(run, unit), name, stage, allowDataLoss };
      const end = await operateOn(session, request, run.operationFor(unit));
      run.reader.forget(unit.ref);
      if (end.code !== 0) return failureOf(end, unit, run);
      const { changes, sameCount } = unitEnd(end);
      if (name === "refresh" && stage === "confirmed" && changes.length === 0) {
        await keepNote({ run, unit }, session, before);
      }
      // What is registered and not deleted, for fresh credentials, is nothing that stays.
      const data = { ...nothingDone, changes, sameCount: name === "destroy" ? 0 : sameCount };
      return { result: changes.length === 0 ? "unchanged" : "succeeded", data };
    },
  });
}

function ordered(run: WorkspaceRun) {
  return { units: run.prepared.filter(({ id }) => run.selected.has(id)), edges: run.graph.edges };
}
