import { join } from "node:path";
import { plantonHome } from "../../runner/system/planton-home.js";
import { groupOf } from "../planton/command-groups.js";
import { writeText } from "../planton/render/write-text.js";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;
declare const PLANTON_VERSION: string;

// Scripts ask for the version at every turn; loading a bundle would double the time.
if (process.argv.length === 3 && ["version", "--version", "-v"].includes(process.argv[2] ?? "")) {
  writeText("stdout", `${PLANTON_VERSION}\n`);
} else {
  const program = groupOf(process.argv.slice(2)) ?? "help";
  const { write } = runCached({
    bundlePath: join(__dirname, "commands", `${program}.cjs`),
    buildId: PLANTON_BUILD_IDS[program] ?? "",
    cachePrefix: join(plantonHome(process.env), "cache", "code", `planton-${program}`),
  });
  let isBroken = false;
  process.once("uncaughtExceptionMonitor", () => {
    isBroken = true;
  });
  process.on("exit", () => {
    write();
    // Nothing is left to do, and taking down the heap takes longer than leaving it to the system. After an error that
    // nobody caught node has yet to print it.
    if (!isBroken) process.exit();
  });
}
