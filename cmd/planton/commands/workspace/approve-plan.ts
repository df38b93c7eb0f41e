import { PlantonError } from "../../../../contract/planton-error.js";
import { planDifferences } from "../../../../runner/workspace/report/compare-plan.js";
import type { ReportedOrphan } from "../../../../runner/workspace/report/report.js";
import { readReport } from "../../../../runner/workspace/report/report-file.js";
import { askYes, typeToConfirm } from "../../render/ask.js";
import { lostData, planLines } from "../../render/stacks/plan-text.js";
import type { StacksCommand } from "../../render/stacks/stack-words.js";
import { hasColours } from "../../render/write.js";
import { isTerminal, terminalSize, writeText } from "../../render/write-text.js";
import type { Course, Plan } from "./course.js";
import { pruning, reportedOrphan } from "./prune.js";
import type { RunFlags } from "./run-flags.js";

/** Shows one plan over all stacks on standard error. */
export function showPlan(course: Course, plan: Plan): void {
  const { command, flags, cli, opened } = course;
  const { run, env } = opened;
  const isOnTerminal = isTerminal("stderr");
  const lines = planLines({
    workspace: run.workspace.name,
    env,
    ...plannedStacks(course, plan),
    allowsDataLoss: allowsLoss(command, flags),
    width: isOnTerminal ? Math.min(terminalSize().columns, 120) : undefined,
    isColoured: hasColours(cli.env, isOnTerminal),
  });
  writeText("stderr", `\n${lines.join("\n")}\n\n`);
}

function plannedStacks({ command, flags, opened: { run }, orphans }: Course, plan: Plan) {
  const isPruned = flags.prune === true && command === "up";
  return {
    units: run.graph.units.filter(({ id }) => run.selected.has(id)),
    plan,
    orphans: orphans.map(({ id, protectedUrns }) => ({ name: id, isPruned, protectedUrns })),
  };
}

/** Asks, unless `--yes` was given. Throws E_PROTECTED for data that would go and may not, E_CONFIRMATION. */
export async function confirm(course: Course, plan: Plan): Promise<void> {
  const { command, flags, cli } = course;
  const lost = lostData(plannedStacks(course, plan));
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

/** Refuses a plan that is another one than the report of a preview says. Throws E_PLAN_CHANGED, E_USAGE. */
export function assertSamePlan({ cli, opened, orphans, flags }: Course, plan: Plan, file: string): void {
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
