import { isSecretField } from "../../../contract/fields/secret-field.js";
import { listOf } from "../../../http/json.js";
import { operateOn } from "../../operation/perform-operation.js";
import type { OperationEnd } from "../../operation/run-operation.js";
import type { ResourceChange, StackChanges } from "../../pulumi/stack-changes.js";
import type { StackSession } from "../../session/stack-session.js";
import { edgesFrom } from "../unit.js";
import type { RunReason } from "./applied-note.js";
import type { PreparedUnit } from "./prepare-units.js";
import type { StackInBackend } from "./stack-reader.js";
import {
  type ChangedOutputs,
  decideUnit,
  isApplied,
  takenFrom,
  unitRequest,
  type WorkspaceRun,
} from "./workspace-run.js";

/** What applying one unit would do. */
export interface UnitPlan {
  /** The most that happens to one of its resources. */
  readonly action: "create" | "update" | "replace" | "delete" | "none";
  /** Why it is run; undefined when it is not. */
  readonly reason: RunReason | "a stack that it refers to changes" | undefined;
  readonly changes: readonly ResourceChange[];
  readonly sameCount: number;
  /** Outputs that the run may change. */
  readonly changedOutputs: ChangedOutputs;
  /** What the preview did not know: outputs of other stacks, by the ids of their units. */
  readonly unknown: readonly { readonly unit: string; readonly outputs: readonly string[] }[];
  /** Fingerprint of the state that the plan was made of; undefined when there was none. */
  readonly state: string | undefined;
}

/** What {@link planUnit} needs. */
interface PlanUnitInput {
  readonly run: WorkspaceRun;
  readonly unit: PreparedUnit;
  readonly sessionOf: (unit: PreparedUnit) => Promise<StackSession>;
  /** Outputs of a unit that this command may change; none for one that is not selected or does not change. */
  readonly changedOf: (id: string) => ChangedOutputs;
  /** True: the plan reads at the vendor what there is. */
  readonly refresh: boolean;
  /** True: what an unclean end of the last run left is taken into the state first, as an `up` does. */
  readonly changesState: boolean;
}

/**
 * Plans one unit: nothing, where its note says that nothing has to be done, else by a preview of the engine. Gives the
 * engine's end as well when the preview failed. Throws what opening the stack throws.
 */
export async function planUnit(
  input: PlanUnitInput,
): Promise<{ readonly plan: UnitPlan } | { readonly end: OperationEnd }> {
  const { run, unit, changedOf, sessionOf, refresh, changesState } = input;
  const before = await run.reader.read(unit.ref);
  const state = before.state?.fingerprint;
  const unknown = takenFrom(run, unit).flatMap(({ target, outputs }) => {
    const changed = changedOf(target);
    const hidden = outputs.filter((output) => changed === "all" || changed.includes(output));
    const named = edgesFrom(run.graph, unit.id).find(({ to }) => to === target)?.outputs ?? [];
    const shown = hidden.filter((output) => named.includes(output));
    return hidden.length === 0 ? [] : [{ unit: target, outputs: shown.length === 0 ? hidden : shown }];
  });
  const decision = await decideUnit(run, unit);
  if (decision.unchanged && unknown.length === 0 && !refresh) return { plan: { ...nothing, state } };
  const reason = decision.unchanged ? ifUnchanged(unknown) : decision.reason;
  const session = await sessionOf(unit);
  run.reader.forget(unit.ref);
  const end = await operateOn(
    session,
    {
      ...unitRequest(run, unit, changedOf),
      // The run that follows gives them again.
      onWarning: () => {},
      ...(changesState ? { name: "up", stage: "preview" } : { name: "preview" }),
      // A plan names what holds data and would go; whether it may is decided when the plan is known.
      allowDataLoss: true,
      showsProtected: true,
      extra: refresh ? ["--refresh"] : [],
    },
    run.operationFor(unit),
  );
  if (end.code !== 0) return { end };
  const { changes, sameCount } = end.changes;
  const changedOutputs = outputsThatChange(unit, before, end.changes);
  return { plan: { action: actionOf(changes), reason, changes, sameCount, changedOutputs, unknown, state } };
}

/** Why a unit is planned whose note says that there is nothing to do. */
function ifUnchanged(unknown: UnitPlan["unknown"]): UnitPlan["reason"] {
  return unknown.length === 0 ? "asked for" : "a stack that it refers to changes";
}

const nothing = {
  action: "none",
  reason: undefined,
  changes: [],
  sameCount: 0,
  changedOutputs: [],
  unknown: [],
} as const;

/** The most that happens to one of a stack's resources. */
export function actionOf(changes: readonly ResourceChange[]): UnitPlan["action"] {
  const actions = new Set(changes.map(({ action }) => action));
  if (actions.has("replace")) return "replace";
  if (actions.has("update") || (actions.has("create") && actions.has("delete"))) return "update";
  if (actions.has("create")) return "create";
  return actions.has("delete") ? "delete" : "none";
}

/** How the engine's events write a value that a preview does not know (pulumi 3.259.0, tried 2026-11-30). */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The outputs of a unit that its run may change: those that the preview does not know, or knows to be others, also where
 * no resource changes. Of a secret the events say nothing: it may change whenever a resource does, or when it comes or
 * goes.
 */
function outputsThatChange(unit: PreparedUnit, before: StackInBackend, after: StackChanges): ChangedOutputs {
  if (!isApplied(before)) return "all";
  const { outputs, changes } = after;
  if (changes.length === 0 && outputs === undefined) return [];
  return unit.reading.entry.stackOutputs.fields
    .filter((field) => {
      const [now, then] = [before.state?.outputs[field.name], outputs?.[field.name]];
      const [isThere, isLeft] = [now !== undefined, then !== undefined];
      if (isSecretField(field)) return changes.length === 0 ? isThere !== isLeft : isThere || isLeft;
      return holdsUnknown(then) || JSON.stringify(now) !== JSON.stringify(then);
    })
    .map(({ name }) => name);
}

function holdsUnknown(value: unknown): boolean {
  if (typeof value === "string") return value === unknownText;
  if (Array.isArray(value)) return listOf(value).some(holdsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
