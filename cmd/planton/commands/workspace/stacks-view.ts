import { systemClock } from "../../../../contract/clock.js";
import type { StackLogs } from "../../../../runner/workspace/run/stack-logs.js";
import type { WorkspaceRun } from "../../../../runner/workspace/run/workspace-run.js";
import type { Cli } from "../../cli.js";
import { shownLogLines } from "../../render/stacks/ended-lines.js";
import { openLiveView } from "../../render/stacks/live-view.js";
import { openPlainView, type StacksView, type ViewInput } from "../../render/stacks/plain-view.js";
import { readLogTail } from "../../render/stacks/read-log-tail.js";
import { type StackEvent, type ViewedStack, viewedStacks } from "../../render/stacks/stack-progress.js";
import type { StacksCommand } from "../../render/stacks/stack-words.js";
import { hasColours } from "../../render/write.js";
import { isTerminal, terminalSize, writeText } from "../../render/write-text.js";

/** How many lines of a failed stack's log are shown. */

/** What {@link openView} shows. */
interface OpenViewInput {
  readonly cli: Cli;
  readonly command: StacksCommand;
  readonly stacks: readonly ViewedStack[];
  /** Path of the log of a stack, by id. */
  readonly logPath: (id: string) => string | undefined;
  readonly isVerbose: boolean;
  /** True for a plan, whose text says everything afterwards: nothing is shown but on a terminal, or with `--verbose`. */
  readonly isSilent: boolean;
}

/** A view of stacks that run, on standard error: live on a terminal, lines elsewhere. Takes how long each ran as well. */
export function openView({ cli, command, stacks, logPath, isVerbose, isSilent }: OpenViewInput): StacksView & {
  /** Milliseconds by id. */
  readonly durationsMs: ReadonlyMap<string, number>;
} {
  const isLive = isTerminal("stderr") && cli.env["TERM"] !== "dumb";
  const input: ViewInput = {
    command,
    stacks,
    isVerbose,
    clock: systemClock,
    write: isLive || isVerbose || !isSilent ? (text) => writeText("stderr", text) : () => {},
    logOf(id) {
      const path = logPath(id);
      return path === undefined ? undefined : { path, tail: readLogTail(path, shownLogLines) };
    },
  };
  const view = isLive
    ? openLiveView({ ...input, size: terminalSize, isColoured: hasColours(cli.env, true) })
    : openPlainView(input);
  const begun = new Map<string, number>();
  const durationsMs = new Map<string, number>();
  return {
    ...view,
    durationsMs,
    onEvent(event: StackEvent) {
      const nowMs = systemClock.nowMs();
      if (event.type === "started") begun.set(event.unit.id, nowMs);
      const sinceMs = event.type === "ended" ? begun.get(event.unit.id) : undefined;
      if (sinceMs !== undefined) durationsMs.set(event.unit.id, nowMs - sinceMs);
      view.onEvent(event);
    },
  };
}

/** The selected stacks of a command, for a view. */
export function selectedStacks(run: WorkspaceRun, reverse: boolean): readonly ViewedStack[] {
  const units = run.graph.units.filter(({ id }) => run.selected.has(id));
  return viewedStacks(reverse ? [...units].reverse() : units, run.graph.edges, { reverse });
}

/** Where the log of a stack is, by the id of its unit. */
export function logPathOf(run: WorkspaceRun, logs: StackLogs): (id: string) => string | undefined {
  return (id) => {
    const unit = run.units.get(id);
    return unit === undefined ? undefined : logs.of(unit.ref.stack).path;
  };
}
