import { type Command, Option } from "commander";
import type { Decision, RunReason } from "../../../../runner/workspace/run/applied-note.js";
import { findOrphans } from "../../../../runner/workspace/run/orphans.js";
import { decideUnit, lastFailure } from "../../../../runner/workspace/run/workspace-run.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import type { StackCli } from "../../cli.js";
import { type OutputFormat, outputFormats, outputsLines } from "../../render/stacks/outputs-text.js";
import { type StackState, type StatusRow, statusLines } from "../../render/stacks/status-text.js";
import { openRun } from "./open-run.js";
import { addWorkspaceOptions, isPartial, type WorkspaceFlags } from "./workspace-options.js";

/** Adds `planton status -f DIR`: what can be said of each stack without a run. */
export function addStatusCommand(program: Command, cli: StackCli): void {
  addWorkspaceOptions(program.command("status"))
    .description("list the stacks: applied, pending, failed, drifted, orphaned")
    .action(async (flags: WorkspaceFlags) => {
      const { run, logs } = await openRun({ flags, cli, needsEnvironment: false, needsCredentials: true, all: false });
      const rows: StatusRow[] = [];
      const environments = new Set<string | undefined>();
      for (const { target } of run.graph.units) environments.add(target.env);
      await run.reader.readAll([...run.units.values()].map(({ ref }) => ref));
      for (const unit of run.prepared) {
        const decision = await decideUnit(run, unit);
        const { state } = await run.reader.read(unit.ref);
        const failure = decision.unchanged ? undefined : await lastFailure(run, unit);
        rows.push({
          stack: unitName(unit),
          env: unit.target.env,
          ...(failure === undefined ? stateOf(decision) : { state: "failed", reason: failure }),
          sinceMs: state?.writtenAtMs,
        });
      }
      for (const env of isPartial(flags) ? [] : environments) {
        for (const { id, target } of await findOrphans({ run, env, environment: cli.env })) {
          rows.push({
            stack: id,
            env: target.env,
            state: "orphaned",
            sinceMs: undefined,
            reason: "no manifest names it",
          });
        }
      }
      logs.close();
      for (const line of statusLines(rows)) cli.out(line);
    });
}

function stateOf(decision: Decision): Pick<StatusRow, "state" | "reason"> {
  if (decision.unchanged) return { state: "applied", reason: undefined };
  return { state: states[decision.reason], reason: decision.reason };
}

const states: Readonly<Record<RunReason, StackState>> = {
  new: "pending",
  unfinished: "failed",
  "not noted": "pending",
  "manifest changed": "pending",
  "reference changed": "pending",
  "reference not known": "pending",
  "state changed": "drifted",
  "asked for": "pending",
};

interface OutputsFlags extends WorkspaceFlags {
  readonly format: OutputFormat;
}

/** Adds `planton outputs [NAME...] -f DIR`: the outputs of the stacks, secrets masked. */
export function addOutputsCommand(program: Command, cli: StackCli): void {
  addWorkspaceOptions(program.command("outputs"))
    .description("print the outputs of the stacks, secrets masked")
    .argument("[names...]", "as --only: orders, db/orders, or the name of a stack")
    .addOption(new Option("--format <form>", "how they are printed").choices(outputFormats).default("text"))
    .action(async (names: readonly string[], flags: OutputsFlags) => {
      const only = [...flags.only, ...names];
      const { run, logs } = await openRun({
        flags: { ...flags, only },
        cli,
        needsEnvironment: true,
        needsCredentials: false,
        all: false,
      });
      const stacks = [];
      const selected = [...run.units.values()].filter(({ id }) => run.selected.has(id));
      await run.reader.readAll(selected.map(({ ref }) => ref));
      for (const { id } of run.graph.units) {
        const unit = run.selected.has(id) ? run.units.get(id) : undefined;
        const state = unit === undefined ? undefined : (await run.reader.read(unit.ref)).state;
        if (unit !== undefined && state !== undefined) stacks.push({ name: unitName(unit), outputs: state.outputs });
      }
      logs.close();
      for (const line of outputsLines(stacks, flags.format))
        cli.out(line, flags.format === "env" ? "exact" : undefined);
    });
}
