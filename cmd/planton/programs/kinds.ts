import { catalog } from "../../../apis/gen/catalog.js";
import { addKindsCommand } from "../commands/kinds.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program, cli) => addKindsCommand(program, cli, { catalog }));
