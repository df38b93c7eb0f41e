import type { Command } from "commander";
import { prepareStack, pulumiEnvironment } from "../../../runner/session/prepare-stack.js";
import type { StackCli } from "../cli.js";
import { engineInstaller } from "../engine-installer.js";
import { sessionParts } from "./pulumi.js";

interface EnvFlags {
  readonly stackInput?: string;
  readonly env?: string;
}

/** Adds `planton env`: prints the variables that plain pulumi needs in a project folder, as lines for a shell's eval. */
export function addEnvCommand(program: Command, cli: StackCli): void {
  program
    .command("env")
    .description('print what plain pulumi needs: eval "$(planton env)"')
    .option("-i, --stack-input <file>", "print the credentials of this stack input as well")
    .option("--env <name>", "the environment of that stack input, in a workspace that has some")
    .action(async (flags: EnvFlags) => {
      const engine = await engineInstaller(cli)(cli.err);
      const variables = pulumiEnvironment({ env: cli.env, engineFolder: engine.folder, backendUrl: undefined });
      // Nothing is printed before all is known: a shell's eval would take half of it for all of it.
      const credentials = flags.stackInput === undefined ? {} : await credentialsOf(flags.stackInput, flags.env, cli);
      for (const name of ["PATH", "PULUMI_CONFIG_PASSPHRASE_FILE"]) {
        if (variables[name] !== undefined) cli.out(exportLine(name, variables[name]), "exact");
      }
      for (const [name, value] of Object.entries(credentials)) cli.out(exportLine(name, value), "exact");
    });
}

/** The variables of a stack input's credentials, resolved; none when it holds the credentials itself as literals. */
async function credentialsOf(stackInput: string, env: string | undefined, cli: StackCli) {
  const selection = {
    env,
    kind: undefined,
    stack: undefined,
    projectDir: undefined,
    newStack: false,
    adoptStack: false,
  };
  const { credentials, backend } = await prepareStack({ ...selection, stackInput }, sessionParts(cli));
  // Pulumi.yaml names one backend, and this environment has its own.
  const own = backend.source === "workspace-environment" ? { PULUMI_BACKEND_URL: backend.url } : {};
  return { ...credentials.variables, ...own };
}

/** A variable as a line that every POSIX shell takes as it is. */
function exportLine(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", "'\\''")}'`;
}
