import type { Command } from "commander";
import { credentialVariables } from "../../../runner/credentials.js";
import { prepareStack, pulumiEnvironment } from "../../../runner/prepare-stack.js";
import type { Cli } from "../cli.js";
import { engineInstaller } from "../engine-installer.js";
import { sessionParts } from "./pulumi.js";

/** Adds `planton env`: prints the variables that plain pulumi needs in a project folder, as lines for a shell's eval. */
export function addEnvCommand(program: Command, cli: Cli): void {
  program
    .command("env")
    .description('print what plain pulumi needs: eval "$(planton env)"')
    .option("-i, --stack-input <file>", "print the credentials of this stack input as well")
    .action(async (flags: { readonly stackInput?: string }) => {
      const engine = await engineInstaller(cli)(cli.err);
      const variables = pulumiEnvironment(cli.env, engine.folder, undefined);
      const names = ["PATH", "PULUMI_CONFIG_PASSPHRASE_FILE"];
      for (const name of names) if (variables[name] !== undefined) cli.out(exportLine(name, variables[name]));
      if (flags.stackInput === undefined) return;
      const prepared = await prepareStack(
        {
          stackInput: flags.stackInput,
          kind: undefined,
          stack: undefined,
          projectDir: undefined,
          newStack: false,
          adoptStack: false,
        },
        sessionParts(cli),
      );
      if (prepared.credentials.source === "inline") return;
      const credentials = credentialVariables(prepared.provider, prepared.credentials.values);
      for (const [name, value] of Object.entries(credentials)) cli.out(exportLine(name, value));
    });
}

/** A variable as a line that every POSIX shell takes as it is. */
export function exportLine(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", "'\\''")}'`;
}
