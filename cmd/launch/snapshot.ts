import { startupSnapshot } from "node:v8";
import { catalog } from "../../apis/gen/catalog.js";
import type { Cli } from "../planton/cli.js";
import { addReadingCommand } from "../planton/reading-commands.js";
import { runCommandLine, runWords } from "../planton/run-command-line.js";
import { endAtOnce } from "./end-at-once.js";

const ignore = (): void => undefined;

/** Surroundings of commands that are run for what they leave in memory; nothing of this process may get into it. */
function warmUpCli(stdin: string): Cli {
  const readStdin = (): Promise<string> => Promise.resolve(stdin);
  return { env: {}, cwd: "/", interactive: false, out: ignore, err: ignore, readStdin, exit: ignore };
}

/** Runs each reading command once for each kind: descriptors are made, rules and functions compiled, and stay so. */
async function warmUp(): Promise<void> {
  for (const { kind, apiVersion } of catalog.kinds) {
    const manifest = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {}\n`;
    await runWords(["validate", "-"], warmUpCli(manifest), addReadingCommand);
  }
  await runWords(["kinds"], warmUpCli(""), addReadingCommand);
}

void warmUp();
startupSnapshot.setDeserializeMainFunction(() => {
  runCommandLine(addReadingCommand);
  endAtOnce(ignore);
});
