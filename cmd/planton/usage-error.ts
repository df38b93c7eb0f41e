import type { Command, CommanderError } from "commander";
import { PlantonError } from "../../contract/planton-error.js";

/** Words of other tools, and of planton's forerunner, for operations of `planton pulumi`. */
const operationsElsewhere: ReadonlyMap<string, string> = new Map([
  ["plan", "preview"],
  ["diff", "preview"],
  ["apply", "up"],
  ["deploy", "up"],
  ["update", "up"],
  ["delete", "destroy"],
  ["down", "destroy"],
]);

/** What commander finds wrong with the command line as E_USAGE, with the help of the command that `words` name. */
export function usageError(error: CommanderError, program: Command, words: readonly string[]): PlantonError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const meant = /^\(Did you mean (one of )?(.*)\?\)$/.exec(rest.join("\n"));
  const suggestion = meant?.[1] === undefined ? `"${meant?.[2]}"` : `one of ${meant[2]}`;
  return new PlantonError({
    code: "E_USAGE",
    message: plainMessage(first),
    hint:
      operationMeant(error, words) ??
      (meant === null ? `see ${[...commandPath(program, words), "--help"].join(" ")}` : `did you mean ${suggestion}?`),
    cause: error,
  });
}

/** Commander's wording (14.0, lib/command.js) of a value that is refused, in ours; other messages with our quotes. */
function plainMessage(text: string): string {
  const refused =
    /^option '(?<what>.*)' argument '(?<value>.*)' is invalid\. (?<why>.*)$/.exec(text) ??
    /^command-argument value '(?<value>.*)' is invalid for argument '(?<what>.*)'\. (?<why>.*)$/.exec(text);
  if (refused?.groups === undefined) return text.replace(/\.$/, "").replaceAll("'", '"');
  const { what, value, why = "" } = refused.groups;
  const expected = why.replace(/^Allowed choices are (.*)\.$/, "expected one of $1");
  return `"${value}" is no value of ${what}: ${expected}`;
}

function commandPath(program: Command, words: readonly string[]): readonly string[] {
  const path = [program.name()];
  let command: Command | undefined = program;
  for (const word of words) {
    command = command.commands.find((candidate) => candidate.name() === word);
    if (command === undefined) break;
    path.push(word);
  }
  return path;
}

function operationMeant({ code }: CommanderError, [first = "", second = ""]: readonly string[]): string | undefined {
  if (code !== "commander.unknownCommand") return undefined;
  const operation = operationsElsewhere.get(first === "pulumi" ? second : first);
  return operation === undefined ? undefined : `did you mean planton pulumi ${operation} --stack-input FILE?`;
}
