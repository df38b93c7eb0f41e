import { PlantonError } from "../../../contract/planton-error.js";
import type { Edge } from "../unit.js";

/** A unit in the course of a run. */
export interface Step<Unit> {
  readonly unit: Unit;
  /** Steps that wait for this one. */
  readonly next: Step<Unit>[];
  /** How many steps this one waits for; the run counts it down. */
  waitsFor: number;
  /** Place among the steps that are ready, the lowest first. */
  rank: number;
  readonly group: StepGroup | undefined;
}

/** Steps of which only some run at once. */
interface StepGroup {
  readonly key: string;
  readonly limit: number;
}

/** What {@link planSteps} plans. */
interface PlanStepsInput<Unit> {
  readonly units: readonly Unit[];
  readonly edges: readonly Pick<Edge, "from" | "to">[];
  readonly reverse?: boolean;
  readonly limitOf?: (unit: Unit) => StepGroup | undefined;
}

/**
 * The steps of a run by rank, connected by the edges between them: the longest chain of waiting steps first, then the most
 * waiting steps, then by id. Throws E_INTERNAL for a cycle and for a limit below 1.
 */
export function planSteps<Unit extends { readonly id: string }>({
  units,
  edges,
  reverse = false,
  limitOf,
}: PlanStepsInput<Unit>): readonly Step<Unit>[] {
  const steps = new Map<string, Step<Unit>>();
  for (const unit of units) {
    const group = limitOf?.(unit);
    if (group !== undefined) assertLimit(group.limit);
    steps.set(unit.id, { unit, next: [], waitsFor: 0, rank: 0, group });
  }
  for (const { from, to } of edges) {
    const [first, second] = [steps.get(reverse ? from : to), steps.get(reverse ? to : from)];
    if (first === undefined || second === undefined) continue;
    first.next.push(second);
    second.waitsFor += 1;
  }
  const chains = chainLengths([...steps.values()]);
  const ranked = [...steps.values()].sort(
    (a, b) =>
      (chains.get(b) ?? 0) - (chains.get(a) ?? 0) || b.next.length - a.next.length || (a.unit.id < b.unit.id ? -1 : 1),
  );
  for (const [rank, step] of ranked.entries()) step.rank = rank;
  return ranked;
}

/** How many steps the longest chain has that waits for each one. */
function chainLengths<Unit>(steps: readonly Step<Unit>[]): ReadonlyMap<Step<Unit>, number> {
  const waits = new Map(steps.map((step) => [step, step.waitsFor]));
  const sorted = steps.filter(({ waitsFor }) => waitsFor === 0);
  // What is appended on the way is visited too.
  for (const { next } of sorted) {
    for (const step of next) {
      const count = (waits.get(step) ?? 0) - 1;
      waits.set(step, count);
      if (count === 0) sorted.push(step);
    }
  }
  if (sorted.length < steps.length)
    throw new PlantonError({
      code: "E_INTERNAL",
      message: "the units that are to run depend on each other in a cycle",
    });
  const lengths = new Map<Step<Unit>, number>();
  for (const step of sorted.reverse()) {
    const longest = step.next.reduce((most, next) => Math.max(most, lengths.get(next) ?? 0), -1);
    lengths.set(step, longest + 1);
  }
  return lengths;
}

/** Steps that may start, as far as there is room for them. */
interface ReadyQueue<Unit> {
  readonly add: (step: Step<Unit>) => void;
  /** Takes the step of the lowest rank that there is room for, and its room; undefined when there is none. */
  readonly take: () => Step<Unit> | undefined;
  /** Gives back the room of a step that was taken. */
  readonly release: (step: Step<Unit>) => void;
}

/** Opens a queue from which at most `parallel` steps are taken at once. Throws E_INTERNAL for a number below 1. */
export function openReadyQueue<Unit>(parallel: number): ReadyQueue<Unit> {
  assertLimit(parallel);
  const lanes = new Map<string | undefined, Lane<Unit>>();
  let taken = 0;
  const laneOf = ({ group }: Step<Unit>): Lane<Unit> => {
    const lane = lanes.get(group?.key) ?? { steps: [], taken: 0 };
    lanes.set(group?.key, lane);
    return lane;
  };
  return {
    add: (step) => insert(laneOf(step).steps, step),
    take: () => {
      if (taken >= parallel) return undefined;
      let best: Lane<Unit> | undefined;
      for (const lane of lanes.values()) {
        const step = lane.steps.at(-1);
        if (step === undefined || lane.taken >= (step.group?.limit ?? Number.POSITIVE_INFINITY)) continue;
        if (step.rank < (best?.steps.at(-1)?.rank ?? Number.POSITIVE_INFINITY)) best = lane;
      }
      if (best === undefined) return undefined;
      taken += 1;
      best.taken += 1;
      return best.steps.pop();
    },
    release: (step) => {
      taken -= 1;
      laneOf(step).taken -= 1;
    },
  };
}

/** The ready steps of one group, the lowest rank last, and how many of the group were taken. */
interface Lane<Unit> {
  readonly steps: Step<Unit>[];
  taken: number;
}

/** Into a list that is sorted from the highest rank to the lowest. */
function insert<Unit>(steps: Step<Unit>[], step: Step<Unit>): void {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.rank ?? 0) > step.rank) low = middle + 1;
    else high = middle;
  }
  steps.splice(low, 0, step);
}

function assertLimit(limit: number): void {
  if (limit >= 1) return;
  throw new PlantonError({ code: "E_INTERNAL", message: `a limit of ${limit} would never let anything start` });
}
