import type { Command } from "commander";

/** `help a b c` as `a b c --help`: commander's own help command knows only what is loaded. Other words as they are. */
export function withoutHelpCommand(words: readonly string[]): readonly string[] {
  return words[0] === "help" ? [...words.slice(1), "--help"] : words;
}

/** Words that end before a subcommand, such as `sandbox fault`, as a request for help. Other words as they are. */
export function withHelpForGroups(program: Command, words: readonly string[]): readonly string[] {
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((candidate) => candidate.name() === word);
  return command !== undefined && command.commands.length > 0 ? [...words, "--help"] : words;
}
