import { type Command, Option } from "commander";
import { PlantonError } from "../../../contract/planton-error.js";
import { type OperationDependencies, performRecovery } from "../../../runner/operation/perform-operation.js";
import { hasNoLock, lockText, readStackLocks } from "../../../runner/pulumi/stack-lock.js";
import { openRecordedSession } from "../../../runner/session/recorded-session.js";
import type { SessionDependencies } from "../../../runner/session/stack-session.js";
import type { Cli } from "../cli.js";
import { askYes } from "../render/ask.js";
import { envText } from "../render/env-text.js";
import { isTerminal, writeText } from "../render/write-text.js";
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
  readonly format?: "text" | "json" | "env";
}

interface EnvRequest {
  readonly session: Awaited<ReturnType<typeof openRecordedSession>>;
  readonly name: string | undefined;
  readonly showSecrets: boolean;
  readonly cli: Cli;
}

async function printEnv({ session, name, showSecrets, cli }: EnvRequest): Promise<void> {
  const args = ["stack", "output", "--json", "--stack", session.stack, ...(showSecrets ? ["--show-secrets"] : [])];
  const end = await session.pulumi.capture(args);
  if (end.code !== 0) {
    throw new PlantonError({ code: "E_PULUMI", message: `cannot read the outputs: ${end.stderr.trim()}` });
  }
  // With --json pulumi prints one object.
  const all = JSON.parse(end.stdout) as Record<string, unknown>;
  if (name !== undefined && !(name in all)) {
    throw new PlantonError({
      code: "E_USAGE",
      message: `the stack "${session.stack}" has no output "${name}"`,
      hint: `its outputs are ${Object.keys(all).join(", ")}`,
    });
  }
  const wanted = Object.entries(all).filter(([output]) => name === undefined || output === name);
  const hidden = wanted.filter(([, value]) => !showSecrets && value === "[secret]").map(([output]) => output);
  const shown = wanted.filter(([output]) => !hidden.includes(output));
  if (hidden.length > 0) cli.err(`left out, as they are secrets: ${hidden.join(", ")}; --show-secrets prints them`);
  if (shown.length > 0) cli.out(envText(Object.fromEntries(shown)), "exact");
}

/** Adds `planton pulumi output [NAME]`: the stack's outputs; secrets as [secret] unless --show-secrets. */
export function addOutputCommand(pulumi: Command, cli: Cli, parts: SessionDependencies): void {
  addSelectionOptions(pulumi.command("output").description("print outputs of the stack"))
    .option("--show-secrets", "print secret values as well")
    .option("--json", "print JSON; the same as --format json")
    .addOption(new Option("--format <form>", "text, json, or env for an .env file").choices(["text", "json", "env"]))
    .argument("[name]", "one output")
    .action(async (name: string | undefined, flags: OutputFlags) => {
      const session = await openRecordedSession(selectionOf(flags), parts);
      if (flags.format === "env") return printEnv({ session, name, showSecrets: flags.showSecrets === true, cli });
      const args = ["stack", "output", ...(name === undefined ? [] : [name]), "--stack", session.stack];
      if (flags.showSecrets) args.push("--show-secrets");
      if (flags.json || flags.format === "json") args.push("--json");
      const end = await session.pulumi.passThrough(args, {
        writeStderr: (text) => writeText("stderr", text),
        exactStdout: name !== undefined,
        writeStdout: flags.showSecrets || isTerminal("stdout") ? undefined : (text) => writeText("stdout", text),
      });
      cli.exit(end.code);
    });
}

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
      cli.err(`stack "${stack}" is ready; go on with planton pulumi up ${request.arguments}`);
    });
}
