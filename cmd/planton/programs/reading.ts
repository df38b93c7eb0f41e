import { openCatalog } from "../../catalog/open-catalog.js";
import { readingCommands } from "../reading-commands.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine(readingCommands(({ env }) => openCatalog(env)));
