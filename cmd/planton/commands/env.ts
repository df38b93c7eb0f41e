import type { Command } from "commander";
import { prepareStack, pulumiEnvironment } from "../../../runner/session/prepare-stack.js";
import type { StackCli } from "../cli.js";
import { engineInstaller } from "../engine-installer.js";
import { sessionParts } from "./pulumi.js";

/** Adds `planton env`: prints the variables that plain pulumi needs in a project folder, as lines for a shell's eval. */
export function addEnvCommand(program: Command, cli: StackCli): void {
  program
    .command("env")
    .description('print what plain pulumi needs: eval "$(planton env)"')
    .option("-i, --stack-input <file>", "print the credentials of this stack input as well")
    .action(async (flags: { readonly stackInput?: string }) => {
      const engine = await engineInstaller(cli)(cli.err);
      const variables = pulumiEnvironment(cli.env, engine.folder, undefined);
      // Nothing is printed before all is known: a shell's eval would take half of it for all of it.
      const credentials = flags.stackInput === undefined ? {} : await credentialsOf(flags.stackInput, cli);
      for (const name of ["PATH", "PULUMI_CONFIG_PASSPHRASE_FILE"]) {
        if (variables[name] !== undefined) cli.out(exportLine(name, variables[name]), "exact");
      }
      for (const [name, value] of Object.entries(credentials)) cli.out(exportLine(name, value), "exact");
    });
}

/** The variables of a stack input's credentials, resolved; none when it holds the credentials itself as literals. */
async function credentialsOf(stackInput: string, cli: StackCli): Promise<Readonly<Record<string, string>>> {
  const selection = { kind: undefined, stack: undefined, projectDir: undefined, newStack: false, adoptStack: false };
  const { credentials } = await prepareStack({ ...selection, stackInput }, sessionParts(cli));
  return credentials.variables;
}

/** A variable as a line that every POSIX shell takes as it is. */
function exportLine(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", "'\\''")}'`;
}
