import { openCatalog } from "../../catalog/open-catalog.js";
import { addUpCommand } from "../commands/workspace/up.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(async (program, cli) => {
  const { catalog } = await openCatalog(cli.env);
  addUpCommand(program, Object.assign(cli, { catalog }));
});
