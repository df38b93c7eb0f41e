import type { Command } from "commander";
import type { StackSelection } from "../../../runner/session/prepare-stack.js";
import { shellWord } from "../../../runner/system/shell-quote.js";

/** Flags by which commands name a stack. */
export interface SelectionFlags {
  readonly stackInput: string;
  readonly kind?: string;
  readonly stack?: string;
  readonly projectDir?: string;
  readonly newStack?: boolean;
  readonly adoptStack?: boolean;
  readonly uncheckedAccount?: boolean;
}

/** Adds the flags that let identity checks pass, for commands that work on a stack's resources. */
export function addAdoptOption(command: Command): Command {
  return command
    .option("--adopt-stack", "take over a stack that has no settings file here")
    .option("--unchecked-account", "trust credentials that may not read whose they are");
}

/** Adds the flags that name a stack input and its stack. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option("-i, --stack-input <file>", "the stack input; - reads standard input", "stack-input.yaml")
    .option("--kind <kind>", "kind of the target, when the file does not say it")
    .option("--stack <name>", "name of the stack, instead of the derived one")
    .option("--project-dir <folder>", "project folder, instead of the stack input's own");
}

/** The stack that flags name. */
export function selectionOf(flags: SelectionFlags): StackSelection {
  return {
    stackInput: flags.stackInput,
    kind: flags.kind,
    stack: flags.stack,
    projectDir: flags.projectDir,
    newStack: flags.newStack ?? false,
    adoptStack: flags.adoptStack ?? false,
    uncheckedAccount: flags.uncheckedAccount ?? false,
  };
}

/** The flags again, to be shown in commands that the user may type. */
export function selectionArguments(flags: SelectionFlags): string {
  return [
    `--stack-input ${shellWord(flags.stackInput)}`,
    ...(flags.stack === undefined ? [] : [`--stack ${shellWord(flags.stack)}`]),
    ...(flags.projectDir === undefined ? [] : [`--project-dir ${shellWord(flags.projectDir)}`]),
  ].join(" ");
}
