import type { Catalog } from "../../contract/catalog.js";
import type { Cli } from "./cli.js";
import { commandGroups } from "./command-groups.js";
import { addKindsCommand } from "./commands/kinds.js";
import type { AddCommands } from "./run-command-line.js";

/** Gives the kinds that commands know, and comments that the build does not have, by full name. */
type OpenKinds = (cli: Cli) => Promise<{
  readonly catalog: Catalog;
  readonly comments: Readonly<Record<string, string>>;
}>;

/** Adds the command of a reading group; for other words, those that the help lists. What one needs is loaded then. */
export function readingCommands(open: OpenKinds): AddCommands {
  return async (program, cli, group) => {
    if (group === "validate") {
      const { addValidateCommand } = await import("./commands/validate.js");
      addValidateCommand(program, cli, await open(cli));
    } else if (group === "graph") {
      const { addGraphCommand } = await import("./commands/workspace/graph.js");
      addGraphCommand(program, cli, await open(cli));
    } else if (group === "explain") {
      const { addExplainCommand } = await import("./commands/explain.js");
      const { comments } = await import("../../apis/gen/comments.js");
      const opened = await open(cli);
      addExplainCommand(program, cli, { ...opened, comments: { ...comments, ...opened.comments } });
    } else if (group === "kinds") {
      addKindsCommand(program, cli, await open(cli));
    } else {
      for (const { name, description } of commandGroups) program.command(name).description(description);
      program.command("version").description("print planton's version");
    }
  };
}
