import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import type { Edge, Unit } from "../../../../runner/workspace/unit.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import type { StackData } from "./stack-words.js";

/** A stack in a view. */
export interface ViewedStack {
  readonly id: string;
  /** As {@link unitName} gives it. */
  readonly name: string;
  /** Ids of the stacks that end before it starts. */
  readonly after: readonly string[];
}

/** What a view is informed of; the events of `runInOrder` are such, for a plan as well as for a run. */
export type StackEvent =
  | { readonly type: "started"; readonly unit: Pick<Unit, "id"> }
  /** The engine begins to work on a resource, named as `resourceText` does. */
  | { readonly type: "step"; readonly unit: Pick<Unit, "id">; readonly resource: string }
  | { readonly type: "ended"; readonly unit: Pick<Unit, "id">; readonly outcome: UnitOutcome<StackData> };

/** The stacks of a command for a view, in the order of `units`; `reverse` as for destroy. */
export function viewedStacks(
  units: readonly Unit[],
  edges: readonly Edge[],
  { reverse }: { readonly reverse: boolean },
): readonly ViewedStack[] {
  const after = new Map<string, string[]>(units.map(({ id }) => [id, []]));
  for (const { from, to } of edges) {
    const [later, earlier] = reverse ? [to, from] : [from, to];
    if (after.has(earlier)) after.get(later)?.push(earlier);
  }
  return units.map((unit) => ({ id: unit.id, name: unitName(unit), after: after.get(unit.id) ?? [] }));
}

/** Where a stack is in a command. */
export type StackPhase =
  | { readonly type: "waiting" }
  /** `sinceMs`: when it began; `resource`: what the engine works on, undefined before the first one. */
  | { readonly type: "running"; readonly sinceMs: number; readonly resource: string | undefined }
  | { readonly type: "ended"; readonly outcome: UnitOutcome<StackData>; readonly ranMs: number | undefined };

/** Follows the events of a command. */
export interface StackProgress {
  readonly stacks: readonly ViewedStack[];
  readonly phaseOf: (id: string) => StackPhase;
  readonly nameOf: (id: string) => string;
  /** How many stacks have ended. */
  readonly endedCount: () => number;
  /** Name of the first stack that a waiting one waits for; undefined when it waits for a free place alone. */
  readonly awaited: (stack: ViewedStack) => string | undefined;
  readonly follow: (event: StackEvent) => void;
}

/** Follows a command over these stacks. A stack that is run a second time is running again. */
export function openStackProgress(stacks: readonly ViewedStack[], nowMs: () => number): StackProgress {
  const phases = new Map<string, StackPhase>();
  const names = new Map(stacks.map(({ id, name }) => [id, name]));
  let endedCount = 0;
  const phaseOf = (id: string): StackPhase => phases.get(id) ?? { type: "waiting" };
  const nameOf = (id: string): string => names.get(id) ?? id;
  const enter = (id: string, phase: StackPhase): void => {
    endedCount += Number(phase.type === "ended") - Number(phaseOf(id).type === "ended");
    phases.set(id, phase);
  };
  return {
    stacks,
    phaseOf,
    nameOf,
    endedCount: () => endedCount,
    awaited({ after }) {
      const first = after.find((id) => phaseOf(id).type !== "ended");
      return first === undefined ? undefined : nameOf(first);
    },
    follow(event) {
      const { id } = event.unit;
      const before = phaseOf(id);
      const sinceMs = before.type === "running" ? before.sinceMs : undefined;
      switch (event.type) {
        case "started":
          return enter(id, { type: "running", sinceMs: nowMs(), resource: undefined });
        case "step":
          return enter(id, { type: "running", sinceMs: sinceMs ?? nowMs(), resource: event.resource });
        case "ended": {
          const ranMs = sinceMs === undefined ? undefined : nowMs() - sinceMs;
          return enter(id, { type: "ended", outcome: event.outcome, ranMs });
        }
      }
    },
  };
}
