import type { Command } from "commander";
import type { EngineCli } from "../../../runner/engine/engine-request.js";
import type { Progress } from "../../../runner/engine/progress.js";
import type { Cli } from "../cli.js";

/** What the engine commands need. */
export interface EngineDependencies {
  /** Gets the Pulumi CLI; see ensureEngine. */
  readonly ensure: (progress: Progress) => Promise<EngineCli>;
}

const origins: Readonly<Record<EngineCli["source"], string>> = {
  path: "found on PATH",
  home: "already installed by planton",
  download: "downloaded, checksum verified",
  build: "built with go",
};

/**
 * Adds `planton engine install` (gets the Pulumi CLI and says where it came from) and `planton engine path` (prints its
 * absolute path and nothing else on standard output). Both throw what `ensure` throws.
 */
export function addEngineCommand(program: Command, cli: Cli, deps: EngineDependencies): void {
  const engine = program.command("engine").description("the Pulumi CLI that planton runs");
  engine
    .command("install")
    .description("get the Pulumi CLI: from PATH, planton's home, a download, or a build with go")
    .action(async () => {
      const found = await deps.ensure(cli.err);
      cli.out(`pulumi ${found.version} is ready (${origins[found.source]}): ${found.path}`);
    });
  engine
    .command("path")
    .description("print the path of the Pulumi CLI, getting it first if need be")
    .action(async () => {
      cli.out((await deps.ensure(cli.err)).path, "exact");
    });
}
