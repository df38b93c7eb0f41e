import { addEnvCommand } from "../commands/env.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(addEnvCommand);
