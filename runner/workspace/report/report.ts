import type { JsonObject } from "../../../http/json.js";
import type { Target } from "../../project/target-name.js";
import { plainOutputs } from "../../pulumi/secret-output.js";
import type { ResourceChange } from "../../pulumi/stack-changes.js";
import type { StackRef } from "../../pulumi/stack-ref.js";
import { actionOf, type UnitPlan } from "../run/plan-unit.js";
import type { UnitOutcome } from "../run/run-in-order.js";
import type { Unit } from "../unit.js";
import { type CommandResult, commandResult } from "./command-result.js";
import { notRunReason, outcomeError, type ShownError } from "./outcome-text.js";

/** The commands that write a report. */
export const reportCommands = ["up", "preview", "destroy", "refresh", "drift"] as const;

/** One of {@link reportCommands}. */
export type ReportCommand = (typeof reportCommands)[number];

/** What a command over many stacks came to, as `docs/report.schema.json` describes it. Every key is always there. */
export interface Report {
  readonly version: 1;
  readonly workspace: string;
  readonly env: string | null;
  readonly command: ReportCommand;
  readonly result: CommandResult;
  readonly stacks: readonly StackReport[];
}

/** One stack of a {@link Report}. */
export interface StackReport {
  /** Its name in the backend. */
  readonly stack: string;
  readonly kind: string;
  readonly name: string;
  readonly env: string | null;
  /** The manifest's file as the user named it; null for an orphaned stack. */
  readonly file: string | null;
  /** What was done to it, or would have been. */
  readonly action: UnitPlan["action"];
  readonly result: UnitOutcome<unknown>["result"] | "orphaned";
  /** Why it was run, or was not. */
  readonly reason: string | null;
  /** Resources by what was done to them; of a preview what would be done. */
  readonly changes: ChangeCounts;
  /** URNs that were deleted or replaced, or would be, sorted. */
  readonly destroys: readonly string[];
  /** How long it ran; null when it did not. */
  readonly duration_seconds: number | null;
  /** The stack's outputs that hold no secret. */
  readonly outputs: JsonObject;
  readonly error: ShownError | null;
}

/** How many resources of a stack are changed in which way. */
export interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

/** What came of a stack as far as a report has it: a plan, or the end of a run. */
export interface ReportedData extends Pick<UnitPlan, "changes" | "sameCount"> {
  readonly reason?: UnitPlan["reason"];
}

/** A stack of this workspace that no manifest names any more. */
export interface ReportedOrphan {
  readonly stack: string;
  readonly target: Target;
  /** What `--prune` came to; undefined without it. */
  readonly outcome: UnitOutcome<ReportedData> | undefined;
}

/** What {@link makeReport} is made of. */
export interface ReportInput {
  readonly workspace: string;
  readonly env: string | undefined;
  readonly command: ReportCommand;
  /** Those that the command is about, in the order of the graph. */
  readonly units: readonly (Pick<Unit, "id" | "target" | "reading"> & { readonly ref: Pick<StackRef, "stack"> })[];
  /** By id; empty when nothing was planned. */
  readonly plan: ReadonlyMap<string, UnitOutcome<ReportedData>>;
  /** By id; undefined for a preview, and when nothing was run. */
  readonly ends: ReadonlyMap<string, UnitOutcome<ReportedData>> | undefined;
  readonly orphans: readonly ReportedOrphan[];
  /** By id, milliseconds. */
  readonly durationsMs: ReadonlyMap<string, number>;
  /** Outputs as the states have them, by id; what holds a secret is left out. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
}

/** The report of a command. */
export function makeReport(input: ReportInput): Report {
  const { workspace, env = null, command, units, orphans } = input;
  const outcomes = units.map((unit) => reportedOutcome(unit.id, input));
  const nameOf = (id: string): string => id;
  const stacks = units.map((unit, index): StackReport => {
    const { id, target, reading, ref } = unit;
    const outcome = outcomes[index] ?? notRun;
    const planned = dataOf(input.plan.get(id));
    const data = dataOf(outcome);
    const durationMs = input.durationsMs.get(id);
    return {
      ...stackNames(ref.stack, target),
      file: reading.file,
      action: actionIn(outcome.result === "succeeded" ? data : (planned ?? data)),
      result: outcome.result,
      reason: notRunReason(outcome, nameOf) ?? planned?.reason ?? null,
      changes: changeCounts(data?.changes ?? [], data?.sameCount),
      destroys: destroyedUrns(data?.changes ?? []),
      duration_seconds: durationMs === undefined ? null : Math.round(durationMs) / 1000,
      outputs: plainOutputs(input.outputs.get(id) ?? {}),
      error: outcomeError(outcome) ?? null,
    };
  });
  const pruned = orphans.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  return {
    version: 1,
    workspace,
    env,
    command,
    result: commandResult([...outcomes, ...pruned], { isDrift: command === "drift" }),
    stacks: [...stacks, ...orphans.map(orphanReport)],
  };
}

/** Counts changes; what a refresh found is an update. */
export function changeCounts(changes: readonly ResourceChange[], same = 0): ChangeCounts {
  const count = (...actions: readonly ResourceChange["action"][]): number =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return {
    create: count("create"),
    update: count("update", "refresh"),
    replace: count("replace"),
    delete: count("delete"),
    same,
  };
}

/** URNs that changes delete or replace, sorted. */
export function destroyedUrns(changes: readonly ResourceChange[]): readonly string[] {
  return changes
    .filter(({ action }) => action === "delete" || action === "replace")
    .map(({ urn }) => urn)
    .sort();
}

/** The most that happens to one of a stack's resources; what a refresh found is an update. */
export function actionIn(data: Pick<UnitPlan, "changes"> | undefined): UnitPlan["action"] {
  const action = actionOf(data?.changes ?? []);
  return action === "none" && data !== undefined && data.changes.length > 0 ? "update" : action;
}

const notRun = { result: "cancelled", error: undefined } as const;

/** Commands that only plan. */
const planCommands: ReadonlySet<ReportCommand> = new Set(["preview", "drift"]);

/** What was done; without that, and when more than a plan was asked for, what would be done was not. */
function reportedOutcome(id: string, { command, plan, ends }: ReportInput): UnitOutcome<ReportedData> {
  const end = ends?.get(id);
  if (end !== undefined) return end;
  const planned = plan.get(id) ?? notRun;
  return !planCommands.has(command) && planned.result === "succeeded" ? notRun : planned;
}

function dataOf(outcome: UnitOutcome<ReportedData> | undefined): ReportedData | undefined {
  return outcome !== undefined && "data" in outcome ? outcome.data : undefined;
}

function stackNames(stack: string, { kind, name, env = null }: { kind: string; name: string; env?: string | null }) {
  return { stack, kind, name, env };
}

function orphanReport({ stack, target, outcome }: ReportedOrphan): StackReport {
  const data = dataOf(outcome);
  return {
    ...stackNames(stack, target),
    file: null,
    action: outcome === undefined ? "none" : "delete",
    result: outcome?.result ?? "orphaned",
    reason: (outcome === undefined ? undefined : notRunReason(outcome, (id) => id)) ?? "no manifest names it",
    changes: changeCounts(data?.changes ?? [], data?.sameCount),
    destroys: destroyedUrns(data?.changes ?? []),
    duration_seconds: null,
    outputs: {},
    error: outcome === undefined ? null : (outcomeError(outcome) ?? null),
  };
}
