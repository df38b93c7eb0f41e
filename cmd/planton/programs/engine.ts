import { addEngineCommand } from "../commands/engine.js";
import { engineInstaller } from "../engine-installer.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program, cli) => addEngineCommand(program, cli, { ensure: engineInstaller(cli) }));
