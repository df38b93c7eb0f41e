import { resolve } from "node:path";
import { PlantonError } from "../../../../contract/planton-error.js";
import { printable } from "../../../../contract/text/printable.js";
import type { JsonObject } from "../../../../http/json.js";
import { resourceText } from "../../../../runner/pulumi/checkpoint.js";
import { shellQuote } from "../../../../runner/system/shell-quote.js";
import type { UnitEnd } from "../../../../runner/workspace/apply-unit.js";
import {
  destroyOrphan,
  findOrphans,
  knownStacks,
  type Orphan,
  referenceText,
  refText,
} from "../../../../runner/workspace/orphans.js";
import type { UnitPlan } from "../../../../runner/workspace/plan-unit.js";
import { commandResult, exitCodeOf } from "../../../../runner/workspace/report/command-result.js";
import { planDifferences } from "../../../../runner/workspace/report/compare-plan.js";
import { makeReport, type ReportedOrphan } from "../../../../runner/workspace/report/report.js";
import { readReport, writeReport } from "../../../../runner/workspace/report/report-file.js";
import { type RunEvent, runInOrder, type UnitOutcome } from "../../../../runner/workspace/run-in-order.js";
import {
  applyWorkspace,
  assertUpstreamApplied,
  operateWorkspace,
  planWorkspace,
} from "../../../../runner/workspace/run-workspace.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import type { StackCli } from "../../cli.js";
import { askYes, typeToConfirm } from "../../render/ask.js";
import { endLines } from "../../render/stacks/end-text.js";
import { lostData, type PlannedData, planLines } from "../../render/stacks/plan-text.js";
import type { StackEvent, ViewedStack } from "../../render/stacks/stack-progress.js";
import type { StacksCommand } from "../../render/stacks/stack-words.js";
import { hasColours } from "../../render/write.js";
import { isTerminal, terminalSize, writeText } from "../../render/write-text.js";
import { type OpenedRun, openRun } from "./open-run.js";
import type { RunFlags } from "./run-flags.js";
import { logPathOf, openView, selectedStacks } from "./stacks-view.js";

/** What {@link runStacks} runs. */
interface RunStacksInput {
  readonly command: StacksCommand;
  readonly flags: RunFlags;
  readonly cli: StackCli;
  /** Aborted when the user wants the command to end. */
  readonly signal: AbortSignal;
}

type Plan = ReadonlyMap<string, UnitOutcome<PlannedData>>;
type Ends = ReadonlyMap<string, UnitOutcome<UnitEnd>>;

/** A command while it runs. */
interface Course extends RunStacksInput {
  readonly opened: OpenedRun;
  readonly orphans: readonly Orphan[];
}

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
    const isPartial = flags.only.length + flags.kind.length + flags.selector.length > 0;
    const withOrphans = (command === "up" || command === "preview") && !isPartial;
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
  if (command === "up" && flags.prune) assertPrunable(orphans, flags);
  const planned = await planCourse(course);
  const isPlanOnly = command === "preview" || command === "drift";
  showPlan(course, planned.plan);
  if (flags.plan !== undefined) assertSamePlan(course, planned.plan, flags.plan);
  if (isPlanOnly || course.signal.aborted) {
    return finish(course, { plan: planned.plan, ends: undefined, durationsMs: planned.durationsMs, pruned: new Map() });
  }
  // What is unchanged by its note is run by no engine, and an up runs nothing whose plan has failed; the others do.
  const isRun = ({ result }: UnitOutcome<PlannedData>): boolean =>
    result === "succeeded" || (command !== "up" && result !== "unchanged");
  const isNothing = ![...planned.plan.values()].some(isRun);
  const prunes = flags.prune === true && orphans.length > 0;
  if (!isNothing || prunes) await confirm(course, planned.plan);
  const applied = isNothing ? noneApplied : await applyCourse(course, planned.plan);
  const pruned = prunes && !course.signal.aborted ? await pruneCourse(course) : new Map<string, UnitOutcome<UnitEnd>>();
  await finish(course, { plan: planned.plan, ends: applied.ends, durationsMs: applied.durationsMs, pruned });
}

const noneApplied = { ends: undefined, durationsMs: new Map<string, number>() } as const;

/** A view of a part of a command, and what runs it with. */
function watched<Data extends PlannedData>(course: Course, command: StacksCommand, stacks: readonly ViewedStack[]) {
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
      const allowReplacement = flags.allowReplacement ?? false;
      // Of an up the plan is one of planWorkspace.
      const approved = plan as ReadonlyMap<string, UnitOutcome<UnitPlan>>;
      const ends = await applyWorkspace(run, approved, { ...options, allowDataLoss, allowReplacement });
      return { ends, durationsMs: view.durationsMs };
    }
    const name = command === "destroy" ? "destroy" : "refresh";
    const ends = await operateWorkspace(run, { name, stage: "confirmed", allowDataLoss }, options);
    return { ends, durationsMs: view.durationsMs };
  } finally {
    view.close();
  }
}

/** Destroys the orphans, those that refer to others first. */
async function pruneCourse(course: Course): Promise<Ends> {
  const { opened, orphans, flags } = course;
  const { run, parts, logs } = opened;
  const byReference = new Map(orphans.map((orphan) => [referenceText(orphan.ref), orphan.id]));
  const edges = orphans.flatMap(({ id, refersTo }) =>
    refersTo.flatMap((reference) => {
      const to = byReference.get(reference);
      return to === undefined ? [] : [{ from: id, to }];
    }),
  );
  const stacks = orphans.map(({ id }) => ({ id, name: id, after: [] }));
  const { view, options } = watched<UnitEnd>(course, "destroy", stacks);
  const [sample] = run.prepared;
  try {
    return await runInOrder<Orphan, UnitEnd>({
      ...options,
      units: orphans,
      edges,
      reverse: true,
      run: (orphan) => {
        const log = (text: string): void => logs.of(orphan.ref.stack).write(text);
        const of = sample === undefined ? undefined : run.operationFor(sample);
        if (of === undefined) throw new PlantonError({ code: "E_INTERNAL", message: "a workspace without units" });
        const console = {
          ...of.console,
          report: (line: string) => log(`${line}\n`),
          writeStderr: log,
          writeStdout: log,
        };
        const dependencies = { ...of, parts, console };
        return destroyOrphan(orphan, { run, dependencies, allowDataLoss: flags.allowDataLoss ?? false });
      },
    });
  } finally {
    view.close();
  }
}

function showPlan({ command, flags, cli, opened, orphans }: Course, plan: Plan): void {
  const { run, env } = opened;
  const isOnTerminal = isTerminal("stderr");
  const lines = planLines({
    workspace: run.workspace.name,
    env,
    units: run.graph.units.filter(({ id }) => run.selected.has(id)),
    plan,
    orphans: orphans.map(({ id }) => ({ name: id, isPruned: flags.prune === true && command === "up" })),
    allowsDataLoss: allowsLoss(command, flags),
    width: isOnTerminal ? Math.min(terminalSize().columns, 120) : undefined,
    isColoured: hasColours(cli.env, isOnTerminal),
  });
  writeText("stderr", `\n${lines.join("\n")}\n\n`);
}

/** Asks, unless `--yes` was given. Throws E_PROTECTED for data that would go and may not, E_CONFIRMATION. */
async function confirm({ command, flags, cli, opened }: Course, plan: Plan): Promise<void> {
  const { run } = opened;
  const units = run.graph.units.filter(({ id }) => run.selected.has(id));
  const lost = lostData({ units, plan });
  if (lost.length > 0 && !allowsLoss(command, flags)) {
    const what = lost.map(({ stack, resource, action }) => `${action}s ${resource} of ${stack}`).join(", ");
    throw new PlantonError({
      code: "E_PROTECTED",
      message: `this ${command} ${what}, which holds data`,
      hint: "pass --allow-data-loss if that is what you want",
    });
  }
  if (flags.yes) return;
  if (!cli.interactive) {
    throw new PlantonError({
      code: "E_CONFIRMATION",
      message: `planton ${command} asks before it changes anything, and there is no terminal to ask on`,
      hint: "check the plan, then pass --yes",
    });
  }
  if (lost.length > 0 && command !== "refresh")
    return typeToConfirm([...new Set(lost.map(({ stack }) => stack))].join(" "), cli);
  if (await askYes(questions[command])) return;
  throw new PlantonError({ code: "E_CONFIRMATION", message: "nothing was changed", hint: "say yes to go on" });
}

/** True when data may go; what a refresh finds gone is not there any more, whatever one allows. */
function allowsLoss(command: StacksCommand, { allowDataLoss }: RunFlags): boolean {
  return command === "refresh" || command === "drift" || allowDataLoss === true;
}

const questions: Readonly<Record<StacksCommand, string>> = {
  up: "apply this plan?",
  preview: "",
  destroy: "destroy all of this?",
  refresh: "write this into the states?",
  drift: "",
};

/** Refuses to destroy what stacks outside of the selection still refer to. Throws E_WORKSPACE. */
async function assertNobodyRefers({ opened: { run }, cli }: Course): Promise<void> {
  const inside = new Map(run.prepared.map((unit) => [referenceText(unit.ref), unitName(unit)]));
  const own = new Set(run.prepared.map(({ ref }) => refText(ref)));
  const found: string[] = [];
  for (const { ref } of knownStacks(run, cli.env)) {
    if (own.has(refText(ref))) continue;
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

function assertPrunable(orphans: readonly Orphan[], { allowDataLoss }: RunFlags): void {
  if (allowDataLoss) return;
  const held = orphans.flatMap(({ id, protectedUrns }) => protectedUrns.map((urn) => `${resourceText(urn)} of ${id}`));
  if (held.length === 0) return;
  throw new PlantonError({
    code: "E_PROTECTED",
    message: `--prune would delete ${held.join(", ")}, which hold data`,
    hint: "pass --allow-data-loss if that is what you want, or bring their manifests back",
  });
}

/** Refuses a plan that is another one than the report of a preview says. Throws E_PLAN_CHANGED, E_USAGE. */
function assertSamePlan({ cli, opened, orphans, flags }: Course, plan: Plan, file: string): void {
  const report = readReport({ file, cwd: cli.cwd });
  const units = opened.run.prepared;
  const isPruned = flags.prune === true;
  const reported = orphans.map((orphan): ReportedOrphan => reportedOrphan(orphan, isPruned ? pruning : undefined));
  const differences = planDifferences(report, { units, plan, orphans: reported });
  const [first] = differences;
  if (first === undefined) return;
  throw new PlantonError({
    code: "E_PLAN_CHANGED",
    message: `the plan is not the one of "${file}": ${differences.map(({ stack, message }) => `${stack}: ${message}`).join("; ")}`,
    hint: "check the new plan, and make the report anew: planton preview --report FILE",
  });
}

const pruning: UnitOutcome<UnitEnd> = {
  result: "succeeded",
  data: { changes: [], sameCount: 0, hints: [], hasPendingDeletes: false },
};

function reportedOrphan({ id, target }: Orphan, outcome: UnitOutcome<UnitEnd> | undefined): ReportedOrphan {
  return { stack: id, target, outcome };
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
    for (const { id, ref } of units) outputs.set(id, (await run.reader.read(ref)).state?.outputs ?? {});
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
  const paths = flags.file.map((file) => `-f ${shellQuote(file)}`);
  return ["planton", command, ...paths, ...(flags.env === undefined ? [] : [`--env ${flags.env}`])].join(" ");
}
