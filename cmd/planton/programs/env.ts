import { openCatalog } from "../../catalog/open-catalog.js";
import { addEnvCommand } from "../commands/env.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(async (program, cli) => {
  const { catalog } = await openCatalog(cli.env);
  addEnvCommand(program, Object.assign(cli, { catalog }));
});
