import { startupSnapshot } from "node:v8";
import { catalog } from "../../apis/gen/catalog.js";
import { noTrace } from "../../contract/trace.js";
import type { Cli } from "../planton/cli.js";
import { readingCommands } from "../planton/reading-commands.js";
import { runCommandLine, runWords } from "../planton/run-command-line.js";
import { endAtOnce } from "./end-at-once.js";

const ignore = (): void => undefined;

// Kinds from outside are none of the build's: a command that knows some does not start from the snapshot.
const addReadingCommand = readingCommands(() => Promise.resolve({ catalog, comments: {} }));

/** Environment of commands that are run for what they leave in memory; nothing of this process may get into it. */
function warmUpCli(stdin: string): Cli {
  const readStdin = (): Promise<string> => Promise.resolve(stdin);
  return { env: {}, cwd: "/", interactive: false, out: ignore, err: ignore, trace: noTrace, readStdin, exit: ignore };
}

/** Runs each reading command for each kind: descriptors are made, rules and functions compiled, and stay so. */
async function warmUp(): Promise<void> {
  for (const { kind, apiVersion } of catalog.kinds) {
    // A field that there is not leads through the names of all.
    for (const spec of ["{}", "{no_such_field: 1}"]) {
      const manifest = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: ${spec}\n`;
      await runWords(["validate", "-"], warmUpCli(manifest), addReadingCommand);
    }
  }
  await runWords(["kinds"], warmUpCli(""), addReadingCommand);
}

void warmUp();
startupSnapshot.setDeserializeMainFunction(() => {
  runCommandLine(addReadingCommand);
  endAtOnce(ignore);
});
