import { addSandboxCommand } from "../commands/sandbox/sandbox.js";
import { sandboxDaemonPath } from "../dist-files.js";
import { engineInstaller } from "../engine-installer.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program, cli) => {
  addSandboxCommand(program, cli, {
    daemonPath: sandboxDaemonPath,
    engineFolder: async () => (await engineInstaller(cli)(cli.err)).folder,
  });
});
