import { catalog } from "../../../apis/gen/catalog.js";
import { addValidateCommand } from "../commands/validate.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program, cli) => addValidateCommand(program, cli, { catalog }));
