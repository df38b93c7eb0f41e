import type { Command } from "commander";
import type { Cli } from "./cli.js";
import type { CommandName } from "./command-names.js";

/** One first word of the command line. Its code is loaded only when it is used. */
export interface CommandGroup {
  readonly name: CommandName;
  readonly description: string;
  add(program: Command, cli: Cli): Promise<void>;
}

/** All first words, in the order of the help. */
export const commandGroups: readonly CommandGroup[] = [
  {
    name: "pulumi",
    description: "up, preview, refresh, destroy, output, cancel, recover: run a stack input on the Pulumi engine",
    async add(program, cli) {
      const { addPulumiCommand } = await import("./commands/pulumi.js");
      addPulumiCommand(program, cli);
    },
  },
  {
    name: "validate",
    description: "check stack inputs and manifests",
    async add(program, cli) {
      const [{ addValidateCommand }, { catalog }] = await Promise.all([
        import("./commands/validate.js"),
        import("../../apis/gen/catalog.js"),
      ]);
      addValidateCommand(program, cli, { catalog });
    },
  },
  {
    name: "kinds",
    description: "list the kinds of the catalog",
    async add(program, cli) {
      const [{ addKindsCommand }, { catalog }] = await Promise.all([
        import("./commands/kinds.js"),
        import("../../apis/gen/catalog.js"),
      ]);
      addKindsCommand(program, cli, { catalog });
    },
  },
  {
    name: "explain",
    description: "explain an error code, a kind or a field",
    async add(program, cli) {
      const [{ addExplainCommand }, { catalog }, { comments }] = await Promise.all([
        import("./commands/explain.js"),
        import("../../apis/gen/catalog.js"),
        import("../../apis/gen/comments.js"),
      ]);
      addExplainCommand(program, cli, { catalog, comments });
    },
  },
  {
    name: "credentials",
    description: "list, check: which credentials are set, and whether the vendors accept them",
    async add(program, cli) {
      const [{ addCredentialsCommand }, { catalog }, { vendors }, { leanFetch }, { openSecretResolver }] =
        await Promise.all([
          import("./commands/credentials.js"),
          import("../../apis/gen/catalog.js"),
          import("../../modules/gen/vendors.js"),
          import("../../runner/lean-fetch.js"),
          import("../../runner/secrets/open-secret-resolver.js"),
        ]);
      const resolve = openSecretResolver({
        env: cli.env,
        baseDir: cli.cwd,
        warn: (text) => cli.err(`warning: ${text}`),
      });
      addCredentialsCommand(program, cli, { catalog, vendors, fetch: leanFetch, resolve });
    },
  },
  {
    name: "env",
    description: 'print what plain pulumi needs: eval "$(planton env)"',
    async add(program, cli) {
      const { addEnvCommand } = await import("./commands/env.js");
      addEnvCommand(program, cli);
    },
  },
  {
    name: "engine",
    description: "get the Pulumi CLI that planton runs",
    async add(program, cli) {
      const [{ addEngineCommand }, { engineInstaller }] = await Promise.all([
        import("./commands/engine.js"),
        import("./engine-installer.js"),
      ]);
      addEngineCommand(program, cli, { ensure: engineInstaller(cli) });
    },
  },
  {
    name: "sandbox",
    description: "local stand-ins of the vendors' APIs, to try things without an account",
    async add(program, cli) {
      const [{ addSandboxCommand }, { sandboxDaemonPath }, { engineInstaller }] = await Promise.all([
        import("./commands/sandbox.js"),
        import("./dist-files.js"),
        import("./engine-installer.js"),
      ]);
      addSandboxCommand(program, cli, {
        daemonPath: sandboxDaemonPath,
        engineFolder: async () => (await engineInstaller(cli)(cli.err)).folder,
      });
    },
  },
];
