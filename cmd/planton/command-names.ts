/** All first words of the command line that load code, beside `version` and `help`. */
export const commandNames = [
  "pulumi",
  "validate",
  "kinds",
  "explain",
  "credentials",
  "env",
  "engine",
  "sandbox",
] as const;

/** One of {@link commandNames}. */
export type CommandName = (typeof commandNames)[number];
