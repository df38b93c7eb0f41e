import type { Command } from "commander";
import type { StackCli } from "../../cli.js";
import type { StacksCommand } from "../../render/stacks/stack-words.js";
import { addRunOptions, type RunFlags } from "./run-flags.js";
import { runStacks } from "./run-stacks.js";

const descriptions: Readonly<Record<StacksCommand, string>> = {
  up: "apply a folder of manifests: check all, show one plan, ask, run in order",
  preview: "show what up would do",
  destroy: "delete what the manifests made, dependents first",
  refresh: "bring the states to what the vendors have",
  drift: "show what at the vendors is no longer as the states say; changes nothing",
};

/** Adds `planton up|preview|destroy|refresh|drift -f DIR`. */
export function addStacksCommand(program: Command, cli: StackCli, command: StacksCommand): void {
  const added = addRunOptions(program.command(command).description(descriptions[command]));
  if (command === "up" || command === "preview") {
    added
      .option("--all", "run every stack, also where nothing has changed")
      .option("--refresh", "read at the vendors what there is");
  }
  if (command === "preview") added.option("--exit-code", "exit with 10 when something would change");
  if (command === "up") {
    added
      .option("--plan <report>", "refuse when the plan is not the one of a report of planton preview")
      .option("--allow-replacement", "let a run delete or replace what the plan did not name")
      .option("--prune", "destroy the stacks that no manifest names any more");
  }
  if (command === "up" || command === "destroy") {
    added.option("--allow-data-loss", "let resources that hold data be replaced or deleted");
  }
  if (command !== "preview" && command !== "drift") added.option("--yes", "do not ask; for CI");
  added.action((flags: RunFlags) => untilInterrupted(cli, (signal) => runStacks({ command, flags, cli, signal })));
}

/**
 * Runs a command whose stacks end by themselves: on a terminal ^C reaches their pulumi as well, SIGTERM is handed on to
 * them. The command starts nothing more, and waits for them.
 */
async function untilInterrupted(cli: StackCli, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interruption = new AbortController();
  const stop = (): void => {
    if (!interruption.signal.aborted) cli.err("ending: what runs is waited for, nothing more is started");
    interruption.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // Every pulumi that runs listens as well.
  process.setMaxListeners(0);
  for (const name of signals) process.on(name, stop);
  try {
    await run(interruption.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
