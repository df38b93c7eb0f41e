import { addNewCommand } from "../commands/new/new.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(addNewCommand);
