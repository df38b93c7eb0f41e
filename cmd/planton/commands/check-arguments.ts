import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { PlantonError } from "../../../contract/planton-error.js";
import type { Cli } from "../cli.js";

/** Name of the argument that takes the words after `--`. */
export const pulumiArguments = "pulumi-args";

/**
 * Refuses words that belong to nothing: pulumi would take one for the URL of a template. `words` is the whole command
 * line; what follows `--` is for pulumi. Throws E_USAGE.
 */
export function refuseStrayWords(command: Command, words: readonly string[]): void {
  const dashes = words.indexOf("--");
  const own = command.args.slice(0, command.args.length - (dashes < 0 ? 0 : words.length - dashes - 1));
  const named = command.registeredArguments.filter((argument) => argument.name() !== pulumiArguments);
  if (named.some(({ variadic }) => variadic)) return;
  const stray = own[named.length];
  if (stray === undefined) return;
  throw new PlantonError({
    code: "E_USAGE",
    message: `"${stray}" is not an option of ${command.name()}`,
    hint: "a stack input is given with --stack-input FILE; arguments for pulumi follow --",
  });
}

/** The words that a program was given; commander keeps them and does not declare it. */
export function wordsOf(program: Command): readonly string[] {
  const words: unknown = Reflect.get(program, "rawArgs");
  return Array.isArray(words) ? words.map(String) : [];
}

/** Refuses a command that reads a stack input when none is named and none has the usual name. Throws E_LOAD_NOT_FOUND. */
export function requireStackInput(command: Command, cli: Pick<Cli, "cwd">): void {
  const file: unknown = command.getOptionValue("stackInput");
  if (command.getOptionValueSource("stackInput") !== "default" || typeof file !== "string") return;
  if (existsSync(resolve(cli.cwd, file))) return;
  throw new PlantonError({
    code: "E_LOAD_NOT_FOUND",
    message: `${file}: there is no such file`,
    hint: `there is no ${file} here; give one with --stack-input FILE`,
  });
}
