import { Command, CommanderError } from "commander";
import { isPlantonError } from "../../contract/planton-error.js";
import type { Cli } from "./cli.js";
import { commandGroups } from "./command-groups.js";
import { writeError, writeLine } from "./render/write.js";
import { withSandbox } from "./with-sandbox.js";

declare const PLANTON_VERSION: string;

async function main(argv: readonly string[]): Promise<void> {
  const wantsSandbox =
    argv.includes("--sandbox") && (!argv.includes("--") || argv.indexOf("--sandbox") < argv.indexOf("--"));
  const words = wantsSandbox ? argv.filter((word) => word !== "--sandbox") : argv;
  const cli: Cli = {
    env: process.env,
    cwd: process.cwd(),
    // Asked for seldom, and opening the standard input takes time.
    get interactive() {
      return Boolean(process.stdin.isTTY && process.stdout.isTTY);
    },
    out: writeLine("stdout"),
    err: writeLine("stderr"),
    readStdin,
    exit: (code) => {
      process.exitCode = code;
    },
  };
  let isDone = false;
  // A promise that nothing can settle any more would end the process in silence and with code 0.
  process.once("exit", () => {
    if (isDone) return;
    process.exitCode = 255;
    writeError(new Error("the command ended in the middle of its work"), cli);
  });
  try {
    await run(words, wantsSandbox ? { ...cli, env: await withSandbox(process.env) } : cli);
  } catch (error) {
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

async function run(words: readonly string[], cli: Cli): Promise<void> {
  const first = words[0];
  if (first === "version" || first === "--version" || first === "-v") {
    cli.out(PLANTON_VERSION);
    return;
  }
  const program = new Command("planton")
    .description("Infrastructure from stack inputs, checked before it runs, on the stock Pulumi engine.")
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .option("--sandbox", "run against the local sandbox instead of real accounts");
  const group = commandGroups.find((candidate) => candidate.name === first);
  if (group === undefined) {
    for (const candidate of commandGroups) program.command(candidate.name).description(candidate.description);
    program.command("version").description("print planton's version");
  } else {
    await group.add(program, cli);
  }
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync([...words], { from: "user" });
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

void main(process.argv.slice(2));
