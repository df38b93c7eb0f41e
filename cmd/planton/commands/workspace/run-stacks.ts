import { resolve } from "node:path";
import type { JsonObject } from "../../../../http/json.js";
import { shellQuote } from "../../../../runner/system/shell-quote.js";
import { commandResult, exitCodeOf } from "../../../../runner/workspace/report/command-result.js";
import { makeReport } from "../../../../runner/workspace/report/report.js";
import { writeReport } from "../../../../runner/workspace/report/report-file.js";
import type { UnitEnd } from "../../../../runner/workspace/run/apply-unit.js";
import { findOrphans } from "../../../../runner/workspace/run/orphans.js";
import type { UnitPlan } from "../../../../runner/workspace/run/plan-unit.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import {
  applyWorkspace,
  assertUpstreamApplied,
  operateWorkspace,
  planWorkspace,
} from "../../../../runner/workspace/run/run-workspace.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import { endLines } from "../../render/stacks/end-text.js";
import type { PlannedData } from "../../render/stacks/plan-text.js";
import { stackAction } from "../../render/stacks/stack-words.js";
import { isTerminal, terminalSize } from "../../render/write-text.js";
import { assertSamePlan, confirm, showPlan } from "./approve-plan.js";
import { type Course, type Ends, type Plan, type RunStacksInput, watched } from "./course.js";
import { openRun } from "./open-run.js";
import { assertNobodyRefers } from "./outside-dependents.js";
import { pruneOrphans, reportedOrphan } from "./prune.js";
import { selectedStacks } from "./stacks-view.js";
import { isPartial } from "./workspace-options.js";

/**
 * One command over many stacks, from the check of all manifests to the report: plans, shows one plan, asks, runs in order,
 * says what came of it, sets the exit code. Throws everything that is found wrong before a stack is run.
 */
export async function runStacks(input: RunStacksInput): Promise<void> {
  const { command, flags, cli } = input;
  const opened = await openRun({
    flags,
    cli,
    needsEnvironment: true,
    needsCredentials: true,
    signal: input.signal,
    removesDeadLocks: flags.yes ?? false,
    all: flags.all ?? false,
  });
  try {
    const withOrphans = (command === "up" || command === "preview") && !isPartial(flags);
    const orphans = withOrphans ? await findOrphans({ run: opened.run, env: flags.env, environment: cli.env }) : [];
    await runCourse({ ...input, opened, orphans });
  } finally {
    opened.logs.close();
  }
}

async function runCourse(course: Course): Promise<void> {
  const { command, flags, opened, orphans } = course;
  const { run } = opened;
  if (command === "up" || command === "preview") await assertUpstreamApplied(run);
  if (command === "destroy") await assertNobodyRefers(course);
  const planned = await planCourse(course);
  const isPlanOnly = command === "preview" || command === "drift";
  showPlan(course, planned.plan);
  if (flags.plan !== undefined) assertSamePlan(course, planned.plan, flags.plan);
  if (isPlanOnly || course.signal.aborted) {
    const { plan, durationsMs } = planned;
    return finish(course, { plan: isPlanOnly ? asFound(plan) : plan, ends: undefined, durationsMs, pruned: new Map() });
  }
  // What is unchanged by its note is run by no engine, and an up runs nothing whose plan has failed; the others do.
  const isRun = ({ result }: UnitOutcome<PlannedData>): boolean =>
    result === "succeeded" || (command !== "up" && result !== "unchanged");
  const isNothing = ![...planned.plan.values()].some(isRun);
  const prunes = flags.prune === true && orphans.length > 0;
  if (!isNothing || prunes) await confirm(course, planned.plan);
  const applied = isNothing ? noneApplied : await applyCourse(course, planned.plan);
  const pruned =
    prunes && !course.signal.aborted ? await pruneOrphans(course) : new Map<string, UnitOutcome<UnitEnd>>();
  await finish(course, { plan: planned.plan, ends: applied.ends, durationsMs: applied.durationsMs, pruned });
}

/** A plan in which a stack that was previewed and stays as it is counts as unchanged, as after an up. */
function asFound(plan: Plan): Plan {
  return new Map(
    [...plan].map(([id, outcome]) => {
      const stays = outcome.result === "succeeded" && stackAction(outcome.data) === "none";
      return [id, stays ? { ...outcome, result: "unchanged" } : outcome];
    }),
  );
}

const noneApplied = { ends: undefined, durationsMs: new Map<string, number>() } as const;

async function planCourse(course: Course) {
  const { command, flags, opened } = course;
  const { run } = opened;
  const isReverse = command === "destroy";
  const { view, options } = watched<PlannedData>(course, "preview", selectedStacks(run, isReverse));
  try {
    if (command === "up" || command === "preview") {
      const refresh = flags.refresh ?? false;
      const plan: Plan = await planWorkspace(run, { ...options, refresh, changesState: command === "up" });
      return { plan, durationsMs: view.durationsMs };
    }
    const name = command === "destroy" ? "destroy" : "refresh";
    // A plan names what holds data and would go; whether it may is decided when the plan is known.
    const plan: Plan = await operateWorkspace(run, { name, stage: "preview", allowDataLoss: true }, options);
    return { plan, durationsMs: view.durationsMs };
  } finally {
    view.close();
  }
}

async function applyCourse(
  course: Course,
  plan: Plan,
): Promise<{ ends: Ends; durationsMs: ReadonlyMap<string, number> }> {
  const { command, flags, opened } = course;
  const { run } = opened;
  const { view, options } = watched<UnitEnd>(course, command, selectedStacks(run, command === "destroy"));
  const allowDataLoss = flags.allowDataLoss ?? false;
  try {
    if (command === "up") {
      const { refresh = false, allowReplacement = false } = flags;
      // Of an up the plan is one of planWorkspace.
      const approved = plan as ReadonlyMap<string, UnitOutcome<UnitPlan>>;
      const ends = await applyWorkspace(run, approved, { ...options, allowDataLoss, refresh, allowReplacement });
      return { ends, durationsMs: view.durationsMs };
    }
    const name = command === "destroy" ? "destroy" : "refresh";
    const ends = await operateWorkspace(run, { name, stage: "confirmed", allowDataLoss }, options);
    return { ends, durationsMs: view.durationsMs };
  } finally {
    view.close();
  }
}

/** What a command came to. */
interface CourseEnd {
  readonly plan: Plan;
  readonly ends: Ends | undefined;
  readonly durationsMs: ReadonlyMap<string, number>;
  /** By name of the stack. */
  readonly pruned: Ends;
}

async function finish(course: Course, { plan, ends, durationsMs, pruned }: CourseEnd): Promise<void> {
  const { command, flags, cli, opened, orphans } = course;
  const { run, env } = opened;
  const units = opened.run.prepared;
  const all = new Map<string, UnitOutcome<PlannedData>>([...(ends ?? plan), ...pruned]);
  const stacks = [
    ...units.map((unit) => ({ id: unit.id, name: unitName(unit) })),
    ...[...pruned.keys()].map((id) => ({ id, name: id })),
  ];
  const width = isTerminal("stderr") ? terminalSize().columns : undefined;
  for (const line of endLines({ command, stacks, ends: all, goOn: goOn(course), width })) cli.err(line);
  if (flags.report !== undefined) {
    const outputs = new Map<string, JsonObject>();
    for (const { id, ref } of units) {
      // A backend that went away meanwhile is in the stacks' errors, and no reason to lose the report.
      const stack = await run.reader.read(ref).catch(() => undefined);
      outputs.set(id, stack?.state?.outputs ?? {});
    }
    const report = makeReport({
      workspace: run.workspace.name,
      env,
      command,
      units,
      plan,
      ends,
      durationsMs,
      outputs,
      orphans: orphans.map((orphan) => reportedOrphan(orphan, pruned.get(orphan.id))),
    });
    writeReport(resolve(cli.cwd, flags.report), report);
  }
  const result = commandResult(all.values(), { isDrift: command === "drift" });
  cli.exit(exitCodeOf(result, { countsChanges: command === "preview" && flags.exitCode === true }));
}

/** The command again, for who wants to go on. */
function goOn({ command, flags }: Course): string {
  const words = [
    ...flags.file.flatMap((file) => ["-f", file]),
    ...(flags.env === undefined ? [] : ["--env", flags.env]),
    ...flags.only.flatMap((name) => ["--only", name]),
    ...flags.kind.flatMap((kind) => ["--kind", kind]),
    ...flags.selector.flatMap((labels) => ["-l", labels]),
    ...(flags.withDependencies === true ? ["--with-dependencies"] : []),
  ];
  return ["planton", command, ...words.map(shellQuote)].join(" ");
}
