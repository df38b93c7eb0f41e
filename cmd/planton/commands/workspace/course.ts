import { printable } from "../../../../contract/text/printable.js";
import type { UnitEnd } from "../../../../runner/workspace/run/apply-unit.js";
import type { Orphan } from "../../../../runner/workspace/run/orphans.js";
import type { RunEvent, UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import type { StackCli } from "../../cli.js";
import type { PlannedData } from "../../render/stacks/plan-text.js";
import type { StackEvent, ViewedStack } from "../../render/stacks/stack-progress.js";
import type { StacksCommand } from "../../render/stacks/stack-words.js";
import type { OpenedRun } from "./open-run.js";
import type { RunFlags } from "./run-flags.js";
import { logPathOf, openView } from "./stacks-view.js";

/** What `runStacks` runs. */
export interface RunStacksInput {
  readonly command: StacksCommand;
  readonly flags: RunFlags;
  readonly cli: StackCli;
  /** Aborted when the user wants the command to end. */
  readonly signal: AbortSignal;
}

/** What a command would do, by id of a unit. */
export type Plan = ReadonlyMap<string, UnitOutcome<PlannedData>>;

/** What became of stacks, by id. */
export type Ends = ReadonlyMap<string, UnitOutcome<UnitEnd>>;

/** A command while it runs. */
export interface Course extends RunStacksInput {
  readonly opened: OpenedRun;
  readonly orphans: readonly Orphan[];
}

/** A view of a part of a command, and what runs it with. */
export function watched<Data extends PlannedData>(
  course: Course,
  command: StacksCommand,
  stacks: readonly ViewedStack[],
) {
  const { cli, flags, opened } = course;
  const logPath = logPathOf(opened.run, opened.logs);
  const isSilent = command === "preview";
  const view = openView({ cli, command, stacks, logPath, isVerbose: flags.verbose ?? false, isSilent });
  const names = new Map(stacks.map(({ id, name }) => [id, name]));
  opened.showIn({
    onStep: (id, resource) => view.onEvent({ type: "step", unit: { id }, resource }),
    onReport: (id, line) => view.print([printable(`${names.get(id) ?? id}: ${line}`)]),
  });
  return {
    view,
    options: {
      parallel: flags.parallel,
      failFast: flags.failFast ?? false,
      signal: course.signal,
      onEvent: (event: RunEvent<{ readonly id: string }, Data>) => view.onEvent(event satisfies StackEvent),
    },
  };
}
