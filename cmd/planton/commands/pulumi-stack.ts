import type { Command } from "commander";
import { PlantonError } from "../../../contract/planton-error.js";
import { type OperationDependencies, performRecovery } from "../../../runner/operation/perform-operation.js";
import { hasNoLock, lockText, readStackLocks } from "../../../runner/pulumi/stack-lock.js";
import { openRecordedSession } from "../../../runner/session/recorded-session.js";
import type { SessionDependencies } from "../../../runner/session/stack-session.js";
import type { Cli } from "../cli.js";
import { askYes } from "../render/ask.js";
import { writeText } from "../render/write-text.js";
import {
  addAdoptOption,
  addSelectionOptions,
  type SelectionFlags,
  selectionArguments,
  selectionOf,
} from "./selection.js";

/**
 * Adds `planton pulumi cancel`: removes the lock of a run that is gone, after saying whose it is; without a lock it
 * does nothing.
 */
export function addCancelCommand(pulumi: Command, cli: Cli, parts: SessionDependencies): void {
  addSelectionOptions(pulumi.command("cancel").description("remove the stack's lock after a run that is gone"))
    .option("--yes", "do not ask")
    .action(async (flags: SelectionFlags & { readonly yes?: boolean }) => {
      const session = await openRecordedSession(selectionOf(flags), parts);
      const place = session.ref;
      if (hasNoLock(place)) {
        cli.err(`stack "${session.stack}" has no lock`);
        return;
      }
      const holders = readStackLocks(place).map((lock) => lockText(lock, parts.now()));
      for (const holder of holders) cli.err(`stack "${session.stack}" is locked by ${holder}`);
      if (!flags.yes) {
        const lock = holders.length === 0 ? "the lock" : `the lock of ${holders.join("; ")}`;
        const question = `remove ${lock}? A run that still goes on would then write the state together with yours`;
        if (!cli.interactive || !(await askYes(question))) {
          throw new PlantonError({
            code: "E_CONFIRMATION",
            message: "the lock was not removed",
            hint: "pass --yes when that run is gone",
          });
        }
      }
      const end = await session.pulumi.passThrough(["cancel", "--yes", "--stack", session.stack], {
        writeStderr: (text) => writeText("stderr", text),
      });
      cli.exit(end.code);
    });
}

interface RecoverFlags extends SelectionFlags {
  readonly yes?: boolean;
  readonly import?: readonly string[];
  readonly forget?: readonly string[];
}

/** Adds `planton pulumi recover`: recovers a stack after a run that did not end cleanly. */
export function addRecoverCommand(pulumi: Command, cli: Cli, dependencies: OperationDependencies): void {
  const command = pulumi
    .command("recover")
    .description("after a crash: remove a dead lock, find what was being made, take it into the state");
  addAdoptOption(addSelectionOptions(command))
    .option("--yes", "remove the lock of a run that is gone without asking")
    .option("--import <id...>", "vendor's ids of resources to take into the state")
    .option("--forget <id...>", "vendor's ids of resources that were found and are not this stack's")
    .action(async (flags: RecoverFlags) => {
      const request = {
        selection: selectionOf(flags),
        arguments: selectionArguments(flags),
        yes: flags.yes ?? false,
        imports: new Set(flags.import ?? []),
        forget: new Set(flags.forget ?? []),
      };
      const stack = await performRecovery(request, dependencies);
      cli.err(`stack "${stack}" is ready; go on with planton pulumi up ${request.arguments}, or with destroy`);
    });
}
