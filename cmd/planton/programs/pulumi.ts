import { addPulumiCommand } from "../commands/pulumi.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(addPulumiCommand);
