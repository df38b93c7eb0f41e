import { PlantonError } from "../../../../contract/planton-error.js";
import { resourceText } from "../../../../runner/pulumi/checkpoint.js";
import { referenceId, stackKey } from "../../../../runner/pulumi/stack-ref.js";
import { nothingDone, type UnitEnd } from "../../../../runner/workspace/apply-unit.js";
import { destroyOrphan, knownStacks, type Orphan } from "../../../../runner/workspace/orphans.js";
import type { ReportedOrphan } from "../../../../runner/workspace/report/report.js";
import { runInOrder, type UnitOutcome } from "../../../../runner/workspace/run-in-order.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import { type Course, type Ends, watched } from "./course.js";
import type { RunFlags } from "./run-flags.js";

/** Refuses to destroy what stacks outside of the selection still refer to. Throws E_WORKSPACE. */
export async function assertNobodyRefers({ opened: { run }, cli }: Course): Promise<void> {
  const inside = new Map(run.prepared.map((unit) => [referenceId(unit.ref), unitName(unit)]));
  const own = new Set(run.prepared.map(({ ref }) => stackKey(ref)));
  const found: string[] = [];
  for (const { ref } of knownStacks(run, cli.env)) {
    if (own.has(stackKey(ref))) continue;
    const { state } = await run.reader.read(ref);
    if (state === undefined || state.resourceCount === 0) continue;
    for (const reference of state.refersTo) {
      const name = inside.get(reference);
      if (name !== undefined) found.push(`"${ref.stack}" refers to ${name}`);
    }
  }
  if (found.length === 0) return;
  throw new PlantonError({
    code: "E_WORKSPACE",
    message: `not selected, and still there: ${[...new Set(found)].join(", ")}`,
    hint: "destroy these as well: name them with --only, or leave the selection out",
  });
}

/** Refuses to prune what holds data. Throws E_PROTECTED. */
export function assertPrunable(orphans: readonly Orphan[], { allowDataLoss }: RunFlags): void {
  if (allowDataLoss) return;
  const held = orphans.flatMap(({ id, protectedUrns }) => protectedUrns.map((urn) => `${resourceText(urn)} of ${id}`));
  if (held.length === 0) return;
  throw new PlantonError({
    code: "E_PROTECTED",
    message: `--prune would delete ${held.join(", ")}, which hold data`,
    hint: "pass --allow-data-loss if that is what you want, or bring their manifests back",
  });
}

/** Destroys the orphans, those that refer to others first. */
export async function pruneOrphans(course: Course): Promise<Ends> {
  const { opened, orphans, flags } = course;
  const { run } = opened;
  const byReference = new Map(orphans.map((orphan) => [referenceId(orphan.ref), orphan.id]));
  const edges = orphans.flatMap(({ id, refersTo }) =>
    refersTo.flatMap((reference) => {
      const to = byReference.get(reference);
      return to === undefined ? [] : [{ from: id, to }];
    }),
  );
  const stacks = orphans.map(({ id }) => ({ id, name: id, after: [] }));
  const { view, options } = watched<UnitEnd>(course, "destroy", stacks);
  try {
    return await runInOrder<Orphan, UnitEnd>({
      ...options,
      units: orphans,
      edges,
      reverse: true,
      run: (orphan) => destroyOrphan(orphan, { run, allowDataLoss: flags.allowDataLoss ?? false }),
    });
  } finally {
    view.close();
  }
}

/** The plan for an orphan that is pruned. */
export const pruning: UnitOutcome<UnitEnd> = {
  result: "succeeded",
  data: nothingDone,
};

/** An orphan as a report has it; `outcome` is what pruning came to, undefined without that. */
export function reportedOrphan({ id, target }: Orphan, outcome: UnitOutcome<UnitEnd> | undefined): ReportedOrphan {
  return { stack: id, target, outcome };
}
