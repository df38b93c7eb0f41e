import { Command, CommanderError } from "commander";
import { isPlantonError } from "../../contract/planton-error.js";
import { filesystemError } from "../../runner/system/filesystem-error.js";
import { checkTextSize, decodeText } from "../../runner/system/read-file-text.js";
import type { Cli } from "./cli.js";
import { type GroupName, groupOf, withoutHelpCommand, withoutSandboxFlag } from "./command-groups.js";
import { withHelpForGroups } from "./help-words.js";
import { lineWriters, writeError } from "./render/write.js";
import { writeText } from "./render/write-text.js";
import { usageError } from "./usage-error.js";
import { withSandbox } from "./with-sandbox.js";

declare const PLANTON_VERSION: string;

/** Adds the commands of a program; `group` is the first word that was typed, undefined when it is none of a command's. */
export type AddCommands = (program: Command, cli: Cli, group: GroupName | undefined) => void | Promise<void>;

/** Runs the process's command line with the commands of one program, and sets the process's exit code. */
export function runCommandLine(add: AddCommands): void {
  void runProcess(process.argv.slice(2), add);
}

async function runProcess(argv: readonly string[], add: AddCommands): Promise<void> {
  const { words, wantsSandbox } = withoutSandboxFlag(argv);
  const cli: Cli = {
    env: process.env,
    cwd: process.cwd(),
    // Asked for seldom, and opening the standard input takes time.
    get interactive() {
      return Boolean(process.stdin.isTTY && process.stdout.isTTY);
    },
    ...lineWriters(process.env),
    readStdin,
    exit: (code) => {
      process.exitCode = code;
    },
  };
  let isDone = false;
  // A promise that nothing can resolve any more would end the process in silence and with code 0.
  process.once("exit", () => {
    if (isDone) return;
    process.exitCode = 255;
    writeError(new Error("the command ended in the middle of its work"), cli);
  });
  try {
    await runWords(words, wantsSandbox ? { ...cli, env: await withSandbox(process.env, cli.err) } : cli, add);
  } catch (thrown) {
    const error = filesystemError(thrown, cli.env) ?? thrown;
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 64;
      return;
    }
    process.exitCode = isPlantonError(error) ? error.exitCode : 255;
    writeError(error, cli);
  } finally {
    isDone = true;
  }
}

/** Runs a command line in an environment. Throws what the command throws, CommanderError after help, and E_USAGE. */
export async function runWords(typed: readonly string[], cli: Cli, add: AddCommands): Promise<void> {
  const words = withoutHelpCommand(typed);
  const first = words[0];
  if (first === "version" || first === "--version" || first === "-v") {
    cli.out(PLANTON_VERSION);
    return;
  }
  const program = new Command("planton")
    .description("Infrastructure from stack inputs, checked before it runs, on the stock Pulumi engine.")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => writeText("stdout", text), outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .option("--sandbox", "run against the local sandbox instead of real accounts");
  const group = groupOf(words);
  await add(program, cli, group);
  for (const command of program.commands) command.exitOverride();
  // Of a first word that nobody knows nothing else can be said: not its help, not its options.
  const isUnknown = group === undefined && first !== undefined && !first.startsWith("-");
  const known = isUnknown ? [first] : withHelpForGroups(program, words);
  try {
    await program.parseAsync([...known], { from: "user" });
  } catch (error) {
    const isWrong = error instanceof CommanderError && error.exitCode !== 0 && error.code !== "commander.help";
    throw isWrong ? usageError(error, program, known) : error;
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
    checkTextSize("-", sizeBytes);
  }
  return decodeText("-", Buffer.concat(chunks));
}
