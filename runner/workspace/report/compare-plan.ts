import { isDeepStrictEqual } from "node:util";
import type { UnitOutcome } from "../run/run-in-order.js";
import {
  actionIn,
  changeCounts,
  destroyedUrns,
  type Report,
  type ReportedData,
  type ReportInput,
  type StackReport,
} from "./report.js";

/** A stack of which a report and the plan of now say different things. */
export interface PlanDifference {
  /** Its name in the backend. */
  readonly stack: string;
  /** Lower case, for people: what the report says, and what the plan says. */
  readonly message: string;
}

/**
 * What is no longer as the report of a preview says: a stack too many or too few, another action, other resources that are
 * deleted or replaced, other counts of what changes. In the order of the plan, then of the report. A stack that was
 * orphaned in the report counts only when the plan deletes it.
 */
export function planDifferences(
  { stacks }: Pick<Report, "stacks">,
  { units, plan, orphans }: Pick<ReportInput, "units" | "plan" | "orphans">,
): readonly PlanDifference[] {
  const now = [
    ...units.map(({ id, ref }) => ({ stack: ref.stack, decision: plannedDecision(plan.get(id)) })),
    ...orphans.map(({ stack, outcome }) => ({ stack, decision: plannedDecision(outcome) })),
  ];
  const then = new Map(stacks.map((reported) => [reported.stack, reportedDecision(reported)]));
  const names = new Set(now.map(({ stack }) => stack));
  return [
    ...now.flatMap(({ stack, decision }) => difference(stack, then.get(stack), decision)),
    ...[...then].flatMap(([stack, decision]) => (names.has(stack) ? [] : difference(stack, decision, undefined))),
  ];
}

/** What is approved of a stack. */
interface StackDecision {
  /** `none` also for one that is orphaned and stays; `not planned` for one whose preview failed or was not made. */
  readonly action: string;
  readonly destroys: readonly string[];
  readonly counts: Omit<StackReport["changes"], "same">;
}

const notPlanned: StackDecision = { action: "not planned", destroys: [], counts: countsOf(changeCounts([])) };

function reportedDecision({ result, action, destroys, changes }: StackReport): StackDecision {
  if (!["succeeded", "unchanged", "orphaned"].includes(result)) return notPlanned;
  return { action, destroys, counts: countsOf(changes) };
}

function plannedDecision(outcome: UnitOutcome<ReportedData> | undefined): StackDecision {
  if (outcome === undefined) return { ...notPlanned, action: "none" };
  if (outcome.result !== "succeeded" && outcome.result !== "unchanged") return notPlanned;
  const { changes } = outcome.data;
  return { action: actionIn(outcome.data), destroys: destroyedUrns(changes), counts: countsOf(changeCounts(changes)) };
}

function countsOf({ create, update, replace, delete: deleted }: StackReport["changes"]): StackDecision["counts"] {
  return { create, update, replace, delete: deleted };
}

function difference(
  stack: string,
  then: StackDecision | undefined,
  now: StackDecision | undefined,
): readonly PlanDifference[] {
  if (then === undefined && now?.action === "none") return [];
  if (isDeepStrictEqual(then, now)) return [];
  return [{ stack, message: `the report says ${decisionText(then, now)}, the plan now ${decisionText(now, then)}` }];
}

/** A decision with what the other one has not. */
function decisionText(decision: StackDecision | undefined, other: StackDecision | undefined): string {
  if (decision === undefined) return "nothing of it";
  const urns = decision.destroys.filter((urn) => !other?.destroys.includes(urn));
  const counts = Object.entries(decision.counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
  const parts = [counts.join(", "), urns.length === 0 ? "" : `destroys ${urns.join(", ")}`].filter(
    (part) => part !== "",
  );
  return `${decision.action}${parts.length === 0 ? "" : ` (${parts.join("; ")})`}`;
}
