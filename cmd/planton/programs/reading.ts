import { addReadingCommand } from "../reading-commands.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(addReadingCommand);
