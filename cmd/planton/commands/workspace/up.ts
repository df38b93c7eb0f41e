import type { Command } from "commander";
import type { PreparedUnit } from "../../../../runner/workspace/prepare-units.js";
import type { RunEvent } from "../../../../runner/workspace/run-in-order.js";
import { applyWorkspace, assertUpstreamApplied, planWorkspace } from "../../../../runner/workspace/run-workspace.js";
import type { StackCli } from "../../cli.js";
import { openRun } from "./open-run.js";
import { addWorkspaceOptions, type WorkspaceFlags } from "./workspace-options.js";

interface UpFlags extends WorkspaceFlags {
  readonly yes?: boolean;
  readonly all?: boolean;
  readonly parallel?: string;
}

export function addUpCommand(program: Command, cli: StackCli): void {
  addWorkspaceOptions(program.command("up"))
    .option("--yes", "do not ask; for CI")
    .option("--all", "run every stack, also where nothing has changed")
    .option("--parallel <n>", "most stacks at once")
    .action(async (flags: UpFlags) => {
      const { run, logs } = await openRun({ flags, cli, needsEnvironment: true, all: flags.all ?? false });
      const options = {
        parallel: Number(flags.parallel ?? 2),
        failFast: false,
        signal: new AbortController().signal,
        onEvent: (event: RunEvent<PreparedUnit, unknown>) => {
          const outcome = event.type === "ended" ? event.outcome : undefined;
          const error = outcome !== undefined && "error" in outcome ? String(outcome.error) : "";
          cli.err(`${event.type} ${event.unit.id} ${outcome?.result ?? ""} ${error}`);
        },
      };
      await assertUpstreamApplied(run);
      const plan = await planWorkspace(run, { ...options, refresh: false });
      for (const [id, outcome] of plan) {
        if (outcome.result === "succeeded") {
          const { action, reason, unknown, changes, changedOutputs } = outcome.data;
          cli.err(`plan ${id}: ${action} ${reason} ${JSON.stringify(unknown)} ${changes.length} ${JSON.stringify(changedOutputs)}`);
        }
      }
      const end = await applyWorkspace(run, plan, { ...options, allowDataLoss: false, allowReplacement: false });
      logs.close();
      cli.exit([...end.values()].some(({ result }) => result === "failed") ? 4 : 0);
    });
}
