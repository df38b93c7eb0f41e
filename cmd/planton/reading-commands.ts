import type { Command } from "commander";
import { catalog } from "../../apis/gen/catalog.js";
import type { Cli } from "./cli.js";
import { commandGroups, type GroupName } from "./command-groups.js";
import { addKindsCommand } from "./commands/kinds.js";

/** Adds the command of a reading group; for other words, those of which the help tells. What one needs is loaded then. */
export async function addReadingCommand(program: Command, cli: Cli, group: GroupName | undefined): Promise<void> {
  if (group === "validate") {
    const { addValidateCommand } = await import("./commands/validate.js");
    addValidateCommand(program, cli, { catalog });
  } else if (group === "explain") {
    const [{ addExplainCommand }, { comments }] = await Promise.all([
      import("./commands/explain.js"),
      import("../../apis/gen/comments.js"),
    ]);
    addExplainCommand(program, cli, { catalog, comments });
  } else if (group === "kinds") {
    addKindsCommand(program, cli, { catalog });
  } else {
    for (const { name, description } of commandGroups) program.command(name).description(description);
    program.command("version").description("print planton's version");
  }
}
