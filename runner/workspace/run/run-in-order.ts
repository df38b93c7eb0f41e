import { isPlantonError } from "../../../contract/planton-error.js";
import type { Edge } from "../unit.js";
import { openReadyQueue, planSteps, type Step } from "./run-steps.js";

/** What a run of one unit comes to. */
export type RunOutcome<Data> =
  | { readonly result: "succeeded" | "unchanged"; readonly data: Data }
  /** `locked`: somebody else holds it. `cancelled`: it was under way when the command was interrupted. */
  | { readonly result: "failed" | "locked" | "cancelled"; readonly error: unknown; readonly data?: Data };

/** What came of a unit, whether it was run or not. */
export type UnitOutcome<Data> =
  | RunOutcome<Data>
  /**
   * Not started, since `cause`, the id of a unit that was run, did not end well: the unit depends on that one, maybe by way
   * of others that were skipped (`dependency`), or nothing more is started after a failure (`fail-fast`).
   */
  | { readonly result: "skipped"; readonly cause: string; readonly reason: "dependency" | "fail-fast" }
  /** Not started, since the command was interrupted, or a unit that it depends on was. */
  | { readonly result: "cancelled"; readonly error: undefined };

/** What happens on the way, in order; each unit ends once, and before that starts at most once. */
export type RunEvent<Unit, Data> =
  | { readonly type: "started"; readonly unit: Unit }
  | { readonly type: "ended"; readonly unit: Unit; readonly outcome: UnitOutcome<Data> };

/** What {@link runInOrder} runs, and how. */
export interface RunInOrderInput<Unit extends { readonly id: string }, Data> {
  /** With ids that differ. */
  readonly units: readonly Unit[];
  /** Without a cycle. Those with an end that is not among the units do not count, so that a selection may be run. */
  readonly edges: readonly Pick<Edge, "from" | "to">[];
  /** Most units that run at once, at least 1. */
  readonly parallel: number;
  /** A group that a unit is in, such as its provider, and the most of the group that run at once. Default: no limit. */
  readonly limitOf?: (unit: Unit) => { readonly key: string; readonly limit: number } | undefined;
  /** True: every unit after those that depend on it, as for destroy. */
  readonly reverse?: boolean;
  /** True: nothing is started any more after a unit that did not end well. */
  readonly failFast: boolean;
  /** Nothing is started any more once it is aborted; what runs is for `run` to stop, and is waited for. */
  readonly signal?: AbortSignal;
  /** Runs one unit. A rejection ends that unit alone: E_LOCKED as locked, E_INTERRUPTED as cancelled, else as failed. */
  readonly run: (unit: Unit) => Promise<RunOutcome<Data>>;
  /** Must not throw. */
  readonly onEvent?: (event: RunEvent<Unit, Data>) => void;
}

/**
 * Runs units in the order of their edges, as many at once as the limits allow, and gives the outcome of every one by id. A
 * unit starts when all that it depends on have succeeded or are unchanged. Of those that are ready the one with the longest
 * chain behind it comes first, then the one that most units wait for, then by id: nothing but the input, and when units
 * end, decides what is started. Throws E_INTERNAL for a limit below 1 and for a cycle.
 */
export async function runInOrder<Unit extends { readonly id: string }, Data>(
  input: RunInOrderInput<Unit, Data>,
): Promise<ReadonlyMap<string, UnitOutcome<Data>>> {
  const { failFast, signal, run, onEvent } = input;
  const steps = planSteps(input);
  const queue = openReadyQueue<Unit>(input.parallel);
  const outcomes = new Map<string, UnitOutcome<Data>>();
  const running = new Map<string, Promise<Ended<Unit, Data>>>();
  let failed: string | undefined;
  const end = ({ unit }: Step<Unit>, outcome: UnitOutcome<Data>): void => {
    outcomes.set(unit.id, outcome);
    onEvent?.({ type: "ended", unit, outcome });
  };
  // Without recursion: a chain may be as long as there are units.
  const endBelow = (step: Step<Unit>, outcome: UnitOutcome<Data>): void => {
    const below = [...step.next];
    for (let next = below.pop(); next !== undefined; next = below.pop()) {
      if (outcomes.has(next.unit.id)) continue;
      end(next, outcome);
      below.push(...next.next);
    }
  };
  const isStopped = (): boolean => signal?.aborted === true || (failFast && failed !== undefined);
  for (const step of steps) if (step.waitsFor === 0) queue.add(step);
  for (;;) {
    for (let step = isStopped() ? undefined : queue.take(); step !== undefined; ) {
      onEvent?.({ type: "started", unit: step.unit });
      running.set(step.unit.id, endOf(step, run));
      step = isStopped() ? undefined : queue.take();
    }
    if (running.size === 0) break;
    const { step, outcome } = await Promise.race(running.values());
    running.delete(step.unit.id);
    queue.release(step);
    end(step, outcome);
    if (outcome.result === "succeeded" || outcome.result === "unchanged") {
      for (const next of step.next) {
        next.waitsFor -= 1;
        if (next.waitsFor === 0) queue.add(next);
      }
    } else if (outcome.result === "cancelled") {
      endBelow(step, notStarted);
    } else {
      const cause = step.unit.id;
      failed ??= cause;
      endBelow(step, { result: "skipped", cause, reason: "dependency" });
    }
  }
  const rest: UnitOutcome<Data> =
    signal?.aborted === true || failed === undefined
      ? notStarted
      : { result: "skipped", cause: failed, reason: "fail-fast" };
  for (const step of steps) if (!outcomes.has(step.unit.id)) end(step, rest);
  return outcomes;
}

const notStarted = { result: "cancelled", error: undefined } as const;

interface Ended<Unit, Data> {
  readonly step: Step<Unit>;
  readonly outcome: RunOutcome<Data>;
}

/** Never rejects. */
async function endOf<Unit, Data>(
  step: Step<Unit>,
  run: (unit: Unit) => Promise<RunOutcome<Data>>,
): Promise<Ended<Unit, Data>> {
  try {
    return { step, outcome: await run(step.unit) };
  } catch (error) {
    return { step, outcome: { result: resultOf(error), error } };
  }
}

function resultOf(error: unknown): "failed" | "locked" | "cancelled" {
  const code = isPlantonError(error) ? error.code : undefined;
  if (code === "E_LOCKED") return "locked";
  return code === "E_INTERRUPTED" ? "cancelled" : "failed";
}
