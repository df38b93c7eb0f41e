import type { Command } from "commander";

/** Words that end before a subcommand, such as `sandbox fault`, as a request for help. Other words as they are. */
export function withHelpForGroups(program: Command, words: readonly string[]): readonly string[] {
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((candidate) => candidate.name() === word);
  return command !== undefined && command.commands.length > 0 ? [...words, "--help"] : words;
}
