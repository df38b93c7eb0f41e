import type { Command } from "commander";
import type { StackSelection } from "../../../runner/session/prepare-stack.js";
import { shellQuote } from "../../../runner/system/shell-quote.js";

/** Flags by which commands name a stack. */
export interface SelectionFlags {
  readonly stackInput: string;
  readonly kind?: string;
  readonly env?: string;
  readonly stack?: string;
  readonly projectDir?: string;
  readonly newStack?: boolean;
  readonly adoptStack?: boolean;
  readonly skipAccountCheck?: boolean;
}

/** Adds the flags that let identity checks pass, for commands that work on a stack's resources. */
export function addAdoptOption(command: Command): Command {
  return command
    .option("--adopt-stack", "take over a stack that has no settings file here")
    .option("--skip-account-check", "skip the account check when the credentials cannot read their own account");
}

/** Adds the flags that name a stack input and its stack. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option("-i, --stack-input <file>", "the stack input; - reads standard input", "stack-input.yaml")
    .option("--kind <kind>", "kind of the target, when the file does not say it")
    .option("--env <name>", "the environment, in a workspace that has some")
    .option("--stack <name>", "name of the stack, instead of the derived one")
    .option("--project-dir <folder>", "project folder, instead of the stack input's own");
}

/** The stack that flags name. */
export function selectionOf(flags: SelectionFlags): StackSelection {
  return {
    stackInput: flags.stackInput,
    kind: flags.kind,
    env: flags.env,
    stack: flags.stack,
    projectDir: flags.projectDir,
    newStack: flags.newStack ?? false,
    adoptStack: flags.adoptStack ?? false,
    skipAccountCheck: flags.skipAccountCheck ?? false,
  };
}

/** The flags again, to be shown in commands that the user may type. */
export function selectionArguments(flags: SelectionFlags): string {
  return [
    `--stack-input ${shellQuote(flags.stackInput)}`,
    ...(flags.env === undefined ? [] : [`--env ${shellQuote(flags.env)}`]),
    ...(flags.stack === undefined ? [] : [`--stack ${shellQuote(flags.stack)}`]),
    ...(flags.projectDir === undefined ? [] : [`--project-dir ${shellQuote(flags.projectDir)}`]),
  ].join(" ");
}
