import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { addWorkspaceOptions, type WorkspaceFlags } from "./workspace-options.js";

/** Flags of commands that run many stacks. */
export interface RunFlags extends WorkspaceFlags {
  readonly parallel: number;
  readonly failFast?: boolean;
  readonly report?: string;
  readonly verbose?: boolean;
  readonly yes?: boolean;
  readonly all?: boolean;
  readonly refresh?: boolean;
  readonly allowDataLoss?: boolean;
  readonly allowReplacement?: boolean;
  readonly prune?: boolean;
  readonly plan?: string;
  readonly exitCode?: boolean;
}

/** Adds the flags that every command over many stacks takes. */
export function addRunOptions(command: Command): Command {
  return addWorkspaceOptions(command)
    .option("--parallel <n>", "most stacks that run at once", positive, availableParallelism())
    .option("--continue-on-error", "after a failure run what does not depend on it; the default")
    .option("--fail-fast", "after a failure start nothing more")
    .option("--report <file>", "write what came of it as JSON")
    .option("--verbose", "lines for stacks that start and for those that are unchanged as well");
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw new InvalidArgumentError("expected an integer from 1 to 256");
}
