import { referenceId } from "../../../../runner/pulumi/stack-ref.js";
import type { ReportedOrphan } from "../../../../runner/workspace/report/report.js";
import { nothingDone, type UnitEnd } from "../../../../runner/workspace/run/apply-unit.js";
import { destroyOrphan, type Orphan } from "../../../../runner/workspace/run/orphans.js";
import { runInOrder, type UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import { type Course, type Ends, watched } from "./course.js";

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
