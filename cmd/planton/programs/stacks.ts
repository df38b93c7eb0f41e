import { openCatalog } from "../../catalog/open-catalog.js";
import { addRecoverCommand } from "../commands/workspace/recover.js";
import { addStacksCommand } from "../commands/workspace/stacks-commands.js";
import { addOutputsCommand, addStatusCommand } from "../commands/workspace/stacks-reading.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(async (program, cli, group) => {
  const { catalog } = await openCatalog(cli.env);
  const stackCli = Object.assign(cli, { catalog });
  for (const command of ["up", "preview", "destroy", "refresh", "drift"] as const) {
    if (group === command) addStacksCommand(program, stackCli, command);
  }
  if (group === "status") addStatusCommand(program, stackCli);
  if (group === "outputs") addOutputsCommand(program, stackCli);
  if (group === "recover") addRecoverCommand(program, stackCli);
});
