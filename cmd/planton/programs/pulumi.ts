import { openCatalog } from "../../catalog/open-catalog.js";
import { addPulumiCommand } from "../commands/pulumi.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(async (program, cli) => {
  const { catalog } = await openCatalog(cli.env);
  addPulumiCommand(program, Object.assign(cli, { catalog }));
});
