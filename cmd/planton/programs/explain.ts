import { catalog } from "../../../apis/gen/catalog.js";
import { comments } from "../../../apis/gen/comments.js";
import { addExplainCommand } from "../commands/explain.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program, cli) => addExplainCommand(program, cli, { catalog, comments }));
