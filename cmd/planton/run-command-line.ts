import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { isPlantonError } from "../../contract/planton-error.js";
import { commandWords, errorFields } from "../../contract/trace.js";
import { filesystemError } from "../../runner/system/filesystem-error.js";
import type { Environment } from "../../runner/system/planton-home.js";
import { checkTextSize, decodeText } from "../../runner/system/read-file-text.js";
import { debugDirVariable, debugVariable, openProcessTrace } from "../launch/process-trace.js";
import type { Cli } from "./cli.js";
import {
  type GlobalOptions,
  type GroupName,
  groupOf,
  withoutGlobalOptions,
  withoutHelpCommand,
} from "./command-groups.js";
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
  const { words, options } = withoutGlobalOptions(argv);
  const writers = lineWriters(process.env);
  const cwd = process.cwd();
  const env = withDebug(process.env, options, cwd);
  const trace = openProcessTrace({ name: "planton", env, show: writers.err });
  const cli: Cli = {
    env,
    cwd,
    trace,
    // Asked for seldom, and opening the standard input takes time.
    get interactive() {
      return Boolean(process.stdin.isTTY && process.stdout.isTTY);
    },
    ...writers,
    readStdin,
    exit: (code) => {
      process.exitCode = code;
    },
  };
  const command = commandWords(words);
  const beganMs = trace.nowMs();
  trace.event("command begin", { command, version: PLANTON_VERSION, node: process.version });
  let isDone = false;
  // A promise that nothing can resolve any more would end the process in silence and with code 0.
  process.once("exit", () => {
    if (isDone) return;
    process.exitCode = 255;
    writeError(new Error("the command ended in the middle of its work"), cli);
  });
  try {
    const sandboxed = options.sandbox ? { ...cli, env: await withSandbox(env, cli.err) } : cli;
    await runWords(words, sandboxed, add);
  } catch (thrown) {
    const error = filesystemError(thrown, cli.env) ?? thrown;
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 64;
      return;
    }
    trace.event("command failed", { command, ...errorFields(error) });
    process.exitCode = isPlantonError(error) ? error.exitCode : 255;
    writeError(error, cli);
  } finally {
    isDone = true;
    trace.event("command end", { command, ms: trace.nowMs() - beganMs, code: Number(process.exitCode ?? 0) });
  }
}

/** The environment with what the options say of debugging; what this process starts has it as well. */
function withDebug(env: Environment, { debug, debugDir }: GlobalOptions, cwd: string): Environment {
  const folder = debugDir ?? env[debugDirVariable];
  if (!debug && !folder) return env;
  return {
    ...env,
    ...(debug ? { [debugVariable]: "1" } : {}),
    ...(folder ? { [debugDirVariable]: resolve(cwd, folder) } : {}),
  };
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
    .option("--sandbox", "run against the local sandbox instead of real accounts")
    .option("--debug", "show requests, waits and stages on standard error, without secrets")
    .option("--debug-dir <folder>", "keep them, and the engine's log of each run, in that folder");
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
