import type { Command } from "commander";
import { recoverOn } from "../../../../runner/operation/perform-operation.js";
import { neededRecovery } from "../../../../runner/recovery/needs-recovery.js";
import { openSessions } from "../../../../runner/workspace/run/workspace-run.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import type { StackCli } from "../../cli.js";
import { askYes } from "../../render/ask.js";
import { openRun } from "./open-run.js";
import { addWorkspaceOptions, type WorkspaceFlags } from "./workspace-options.js";

interface RecoverFlags extends WorkspaceFlags {
  readonly yes?: boolean;
  readonly import?: readonly string[];
  readonly forget?: readonly string[];
}

/** Adds `planton recover -f DIR`: what `planton pulumi recover` does, for every selected stack that needs it. */
export function addRecoverCommand(program: Command, cli: StackCli): void {
  addWorkspaceOptions(program.command("recover"))
    .description("after a crash: remove dead locks, find what was being made, take it into the states")
    .option("--yes", "remove the lock of a run that is gone without asking")
    .option("--import <id...>", "vendor's ids of resources to take into the states")
    .option("--forget <id...>", "vendor's ids of resources that were found and belong to none of the stacks")
    .action(async (flags: RecoverFlags) => {
      const opened = await openRun({ flags, cli, needsEnvironment: true, needsCredentials: true, all: false });
      const { run, logs } = opened;
      const sessionOf = openSessions(run, { mustExist: true, recordAccount: false });
      let count = 0;
      try {
        for (const unit of run.prepared) {
          if ((await run.reader.read(unit.ref)).state === undefined) continue;
          const session = await sessionOf(unit);
          if ((await neededRecovery(session)) === "none") continue;
          const { console, ...rest } = run.operationFor(unit);
          const shown = {
            ...console,
            interactive: cli.interactive,
            report: (line: string) => cli.err(`${unitName(unit)}: ${line}`),
            askYes,
          };
          const request = {
            arguments: `--stack ${session.stack}`,
            yes: flags.yes ?? false,
            imports: new Set(flags.import ?? []),
            forget: new Set(flags.forget ?? []),
          };
          await recoverOn(session, request, { ...rest, console: shown });
          run.reader.forget(unit.ref);
          count += 1;
        }
      } finally {
        logs.close();
      }
      const stacks = `${count} stack${count === 1 ? "" : "s"}`;
      cli.err(count === 0 ? "no stack needs it" : `${stacks} recovered; go on with planton up`);
    });
}
