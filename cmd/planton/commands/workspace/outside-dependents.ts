import { PlantonError } from "../../../../contract/planton-error.js";
import { referenceId, stackKey } from "../../../../runner/pulumi/stack-ref.js";
import { dependentsOutside } from "../../../../runner/workspace/graph/select-units.js";
import { knownStacks } from "../../../../runner/workspace/run/orphans.js";
import { isApplied } from "../../../../runner/workspace/run/workspace-run.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import type { Course } from "./course.js";

/** Refuses to destroy what stacks outside of the selection still refer to. Throws E_WORKSPACE. */
export async function assertNobodyRefers({ opened: { run }, cli }: Course): Promise<void> {
  const inside = new Map(run.prepared.map((unit) => [referenceId(unit.ref), unitName(unit)]));
  const own = new Set(run.prepared.map(({ ref }) => stackKey(ref)));
  const found: string[] = [];
  const others = knownStacks(run, cli.env).filter(({ ref }) => !own.has(stackKey(ref)));
  await run.reader.readAll(others.map(({ ref }) => ref));
  for (const { ref } of others) {
    const { state } = await run.reader.read(ref);
    if (state === undefined || state.resourceCount === 0) continue;
    for (const reference of state.refersTo) {
      const name = inside.get(reference);
      if (name !== undefined) found.push(`"${ref.stack}" refers to ${name}`);
    }
  }
  for (const { from, to } of dependentsOutside(run.graph, run.selected)) {
    const unit = run.units.get(from);
    const upstream = run.units.get(to);
    if (unit === undefined || upstream === undefined || !isApplied(await run.reader.read(unit.ref))) continue;
    found.push(`"${unit.ref.stack}" refers to ${unitName(upstream)}`);
  }
  if (found.length === 0) return;
  throw new PlantonError({
    code: "E_WORKSPACE",
    message: `not selected, and still there: ${[...new Set(found)].join(", ")}`,
    hint: "destroy these as well: name them with --only, or leave the selection out",
  });
}
