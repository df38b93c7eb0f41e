import type { Command } from "commander";
import { PlantonError } from "../../../contract/planton-error.js";
import { passThroughPulumi } from "../../../runner/pulumi/spawn-pulumi.js";
import { lockText, readStackLocks } from "../../../runner/pulumi/stack-lock.js";
import { openAnySession, openRecordedSession } from "../../../runner/recorded-session.js";
import { recoverStack } from "../../../runner/recovery/recover-stack.js";
import type { SessionParts } from "../../../runner/stack-session.js";
import type { Cli } from "../cli.js";
import { askYes } from "../render/ask.js";
import { writeRawError } from "../render/write.js";
import {
  addAdoptOption,
  addSelectionOptions,
  type SelectionFlags,
  selectionArguments,
  selectionOf,
} from "./selection.js";

interface OutputFlags extends SelectionFlags {
  readonly showSecrets?: boolean;
  readonly json?: boolean;
}

/** Adds `planton pulumi output [NAME]`: the stack's outputs; secrets as [secret] unless --show-secrets. */
export function addOutputCommand(pulumi: Command, cli: Cli, parts: SessionParts): void {
  addSelectionOptions(pulumi.command("output").description("print outputs of the stack"))
    .option("--show-secrets", "print secret values as well")
    .option("--json", "print JSON")
    .argument("[name]", "one output")
    .action(async (name: string | undefined, flags: OutputFlags) => {
      const session = await openRecordedSession(selectionOf(flags), parts);
      const args = ["stack", "output", ...(name === undefined ? [] : [name]), "--stack", session.stack];
      if (flags.showSecrets) args.push("--show-secrets");
      if (flags.json) args.push("--json");
      const end = await passThroughPulumi({ ...session.command, args }, writeRawError);
      cli.exit(end.code);
    });
}

/** Adds `planton pulumi cancel`: removes the lock of a run that is gone, after saying whose it is. */
export function addCancelCommand(pulumi: Command, cli: Cli, parts: SessionParts): void {
  addSelectionOptions(pulumi.command("cancel").description("remove the stack's lock after a run that is gone"))
    .option("--yes", "do not ask")
    .action(async (flags: SelectionFlags & { readonly yes?: boolean }) => {
      const session = await openRecordedSession(selectionOf(flags), parts);
      const locks = readStackLocks(session.backendUrl, session.command.cwd, session.project.name, session.stack);
      for (const lock of locks) cli.err(`stack "${session.stack}" is locked by ${lockText(lock)}`);
      if (!flags.yes) {
        const question = "remove the lock? A run that still goes on would then write the state together with yours";
        if (!cli.interactive || !(await askYes(question))) {
          throw new PlantonError({
            code: "E_CONFIRMATION",
            message: "the lock was not removed",
            hint: "pass --yes when that run is gone",
          });
        }
      }
      const end = await passThroughPulumi(
        { ...session.command, args: ["cancel", "--yes", "--stack", session.stack] },
        writeRawError,
      );
      cli.exit(end.code);
    });
}

interface RecoverFlags extends SelectionFlags {
  readonly yes?: boolean;
  readonly import?: readonly string[];
  readonly forget?: readonly string[];
}

/** Adds `planton pulumi recover`: heals a stack after a run that did not end cleanly. */
export function addRecoverCommand(pulumi: Command, cli: Cli, parts: SessionParts): void {
  const command = pulumi
    .command("recover")
    .description("after a crash: remove a dead lock, find what was being made, take it into the state");
  addAdoptOption(addSelectionOptions(command))
    .option("--yes", "remove the lock of a run that is gone without asking")
    .option("--import <id...>", "vendor's ids of resources to take into the state")
    .option("--forget <id...>", "vendor's ids of resources that were found and are not this stack's")
    .action(async (flags: RecoverFlags) => {
      const session = await openAnySession(selectionOf(flags), parts);
      await recoverStack({
        session,
        arguments: selectionArguments(flags),
        report: cli.err,
        confirmUnlock: async (question) => flags.yes === true || (cli.interactive && (await askYes(question))),
        imports: new Set(flags.import ?? []),
        forget: new Set(flags.forget ?? []),
      });
      cli.err(`stack "${session.stack}" is ready; go on with planton pulumi up ${selectionArguments(flags)}`);
    });
}
