import { createInterface } from "node:readline/promises";
import { PlantonError } from "../../../contract/planton-error.js";
import { printableLines } from "../../../contract/text/printable.js";
import type { Cli } from "../cli.js";

/** Asks a yes-or-no question on the terminal; anything but yes is no. */
export async function askYes(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

/**
 * Lets the user type a name before data may be lost. Throws E_CONFIRMATION when there is no terminal or another text
 * comes.
 */
export async function typeToConfirm(name: string, cli: Pick<Cli, "interactive">): Promise<void> {
  if (cli.interactive && (await ask(`data may be lost; type the stack's name (${name}) to go on: `)).trim() === name)
    return;
  throw new PlantonError({
    code: "E_CONFIRMATION",
    message: `--allow-data-loss was not confirmed for stack "${name}"`,
    hint: "type the stack's name when asked, or pass --yes as well",
  });
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(printableLines(question));
  } finally {
    terminal.close();
  }
}
