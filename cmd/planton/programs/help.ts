import { commandGroups } from "../command-groups.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program) => {
  for (const { name, description } of commandGroups) program.command(name).description(description);
  program.command("version").description("print planton's version");
});
