import { join } from "node:path";
import { plantonHome } from "../../runner/planton-home.js";
import { commandNames } from "../planton/command-names.js";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_ID: string;
declare const PLANTON_VERSION: string;

const word = process.argv[2] ?? "";

// Scripts ask for the version at every turn; loading the bundle would double the time.
if (process.argv.length === 3 && ["version", "--version", "-v"].includes(word)) {
  process.stdout.write(`${PLANTON_VERSION}\n`);
} else {
  // One cache for each command, as each runs another part of the bundle.
  const known = commandNames.find((name) => name === word);
  const name = known === undefined ? "planton" : `planton-${known}`;
  const writeCodeCache = runCached({
    bundlePath: join(__dirname, "planton.cjs"),
    buildId: PLANTON_BUILD_ID,
    cachePrefix: join(plantonHome(process.env), "cache", "code", name),
  });
  process.on("exit", writeCodeCache);
}
