import { resolve } from "node:path";
import type { Command } from "commander";
import { PlantonError } from "../../../contract/planton-error.js";
import { nodeTransport } from "../../../http/transport.js";
import { vendors } from "../../../modules/gen/vendors.js";
import { makeDebugParent } from "../../../runner/debug-folder.js";
import {
  assertReferencesFound,
  type PreparedStack,
  prepareStack,
  type StackSelection,
} from "../../../runner/prepare-stack.js";
import { backendText } from "../../../runner/project/backend.js";
import { openAnySession } from "../../../runner/recorded-session.js";
import { assertNotInUse } from "../../../runner/recovery/assert-not-in-use.js";
import { neededRecovery } from "../../../runner/recovery/needs-recovery.js";
import { recoverStack } from "../../../runner/recovery/recover-stack.js";
import { sweepRunFolders } from "../../../runner/run-folder.js";
import { type OperationEnd, type OperationName, runOperation } from "../../../runner/run-operation.js";
import { openSecretResolver } from "../../../runner/secrets/open-secret-resolver.js";
import { selectStack } from "../../../runner/select-stack.js";
import { openSession, recordIdentity, type SessionParts, type StackSession } from "../../../runner/stack-session.js";
import type { Cli, StackCli } from "../cli.js";
import { installForVendor } from "../engine-installer.js";
import { askYes, typeToConfirm } from "../render/ask.js";
import { writeWarnings } from "../render/write.js";
import { writeText } from "../render/write-text.js";
import { refuseStrayWords, requireStackInput, wordsOf } from "./check-arguments.js";
import { addCancelCommand, addOutputCommand, addRecoverCommand } from "./pulumi-stack.js";
import {
  addAdoptOption,
  addSelectionOptions,
  type SelectionFlags,
  selectionArguments,
  selectionOf,
} from "./selection.js";
import { sayWhatIsProtected, sayWhatIsRenamed } from "./session-notes.js";

interface OperationFlags extends SelectionFlags {
  readonly yes?: boolean;
  readonly allowDataLoss?: boolean;
  readonly debugDir?: string;
}

const descriptions: Readonly<Record<OperationName, string>> = {
  up: "preview, ask, and bring the resources to what the stack input says",
  preview: "show what up would do",
  refresh: "bring the state to what the vendor has",
  destroy: "preview, ask, and delete the resources",
};

/** Adds `planton pulumi up|preview|refresh|destroy|output|cancel|recover`. */
export function addPulumiCommand(program: Command, cli: StackCli): void {
  const pulumi = program.command("pulumi").description("run a stack input on the Pulumi engine").exitOverride();
  pulumi.hook("preAction", (_, command) => {
    refuseStrayWords(command, wordsOf(program));
    if (["up", "preview"].includes(command.name())) requireStackInput(command, cli);
    sweep(cli);
  });
  for (const name of ["up", "preview", "refresh", "destroy"] as const) addOperation(pulumi, name, cli);
  const parts = sessionParts(cli);
  addOutputCommand(pulumi, cli, parts);
  addCancelCommand(pulumi, cli, parts);
  addRecoverCommand(pulumi, cli, parts);
  for (const command of pulumi.commands) command.exitOverride().allowExcessArguments();
}

/** What sessions of this process are opened with. */
export function sessionParts(cli: StackCli): SessionParts {
  const secretWarnings: string[] = [];
  const warn = (text: string): void => {
    secretWarnings.push(text);
    cli.err(`warning: ${text}`);
  };
  return {
    catalog: cli.catalog,
    vendors,
    env: cli.env,
    cwd: cli.cwd,
    readStdin: cli.readStdin,
    fetch: nodeTransport,
    resolve: openSecretResolver({ env: cli.env, baseDir: cli.cwd, warn }),
    secretWarnings,
    installEngine: (vendor) => installForVendor(cli, vendor),
  };
}

function addOperation(pulumi: Command, name: OperationName, cli: StackCli): void {
  const command = addAdoptOption(addSelectionOptions(pulumi.command(name).description(descriptions[name])));
  if (name === "up" || name === "preview") {
    command.option("--new-stack", "make a second stack although the file has one, or make it in another backend");
  }
  if (name !== "preview") command.option("--yes", "do not ask; for CI");
  if (name === "up" || name === "destroy") {
    command.option("--allow-data-loss", "let resources that hold data be replaced or deleted");
  }
  command
    .option("--debug-dir <folder>", "keep the engine's log there, in a folder of its own for each run, without secrets")
    .argument("[pulumi-args...]", "arguments for pulumi, after --")
    .action((extra: string[], flags: OperationFlags) => operate({ name, extra, flags, cli }));
}

/** What killed runs have left of the stack inputs that came by standard input. */
function sweep(cli: Cli): void {
  for (const folder of sweepRunFolders(cli.env, Date.now())) {
    cli.err(`warning: "${folder}" of a run that was killed cannot be removed; it may hold credentials`);
  }
}

interface Operation {
  readonly name: OperationName;
  readonly extra: readonly string[];
  readonly flags: OperationFlags;
  readonly cli: StackCli;
}

async function operate(operation: Operation): Promise<void> {
  const { name, flags, cli } = operation;
  const selection = selectionOf(flags);
  const args = selectionArguments(flags);
  const parts = sessionParts(cli);
  const yes = flags.yes ?? false;
  refuseWithoutConfirmation(operation, args);
  const prepared = name === "up" || name === "preview" ? await prepareStack(selection, parts) : undefined;
  if (prepared !== undefined) {
    writeWarnings(prepared.reading.warnings, cli);
    assertReferencesFound(prepared, cli.env);
  }
  const debugDir = flags.debugDir === undefined ? undefined : resolve(cli.cwd, flags.debugDir);
  if (debugDir !== undefined) makeDebugParent(debugDir);
  const session = await open(selection, prepared, parts, name);
  if (session.isNew) cli.err(`stack "${session.stack}" made in ${backendText(session.backendUrl)}`);
  sayWhatIsRenamed(session, prepared, cli);
  if (name !== "preview") assertNotInUse(session, args);
  const needed = session.isNew ? "none" : await healBefore({ name, session, cli, args });
  // A preview changes no state; it reads what failed half way in memory.
  const extra = name === "preview" && needed === "refresh" ? ["--refresh", ...operation.extra] : operation.extra;
  if (flags.allowDataLoss && !yes) {
    await sayWhatIsProtected(session, cli);
    await typeToConfirm(session.stack, cli);
  }
  const run = (): Promise<OperationEnd> =>
    runOperation({
      name,
      session,
      yes,
      allowDataLoss: flags.allowDataLoss ?? false,
      debugDir,
      nowMs: Date.now(),
      extra,
      arguments: args,
      writeStderr: (text) => writeText("stderr", text),
    });
  let end = await run();
  if (end.foundMade && (name === "up" || name === "destroy")) {
    await healBefore({ name, session, cli, args });
    end = await run();
  }
  for (const hint of end.hints) cli.err(`hint: ${hint}`);
  if (end.error !== undefined) throw end.error;
  if (end.code === 0 && name === "up") {
    recordIdentity(session);
    await select(session, cli);
  }
  cli.exit(end.code);
}

function refuseWithoutConfirmation({ name, flags, cli }: Operation, args: string): void {
  if (name === "preview" || flags.yes || cli.interactive) return;
  throw new PlantonError({
    code: "E_CONFIRMATION",
    message: `planton pulumi ${name} asks before it changes anything, and there is no terminal to ask on`,
    hint: `look first with planton pulumi preview ${args}, then: planton pulumi ${name} ${args} --yes`,
  });
}

function open(
  selection: StackSelection,
  prepared: PreparedStack | undefined,
  parts: SessionParts,
  name: OperationName,
): Promise<StackSession> {
  if (prepared === undefined) return openAnySession(selection, parts);
  return openSession({ selection, prepared, parts, recordAccount: name === "up" });
}

interface Healing {
  readonly name: OperationName;
  readonly session: StackSession;
  readonly cli: StackCli;
  /** How the user named the stack, to be repeated in commands. */
  readonly args: string;
}

/**
 * After an unclean end of the last run: finds what it made and takes it into the state, before anything is created, or
 * deleted from what the state has. A refresh would drop the last note of it, and is refused; where a refresh is all that
 * is needed, it is made without the program first, which alone reads what is to be deleted. Gives what was needed.
 */
async function healBefore({ name, session, cli, args }: Healing): ReturnType<typeof neededRecovery> {
  const needed = await neededRecovery(session);
  if (needed === "none" || name === "preview") return needed;
  if (needed === "recover" && name === "refresh") {
    throw new PlantonError({
      code: "E_UNFINISHED",
      message: `the last run of stack "${session.stack}" did not end cleanly; a refresh would drop the note of what it began`,
      hint: `planton pulumi recover ${args} takes what it made into the state; then refresh`,
    });
  }
  if (needed === "recover") {
    cli.err(`the last run of stack "${session.stack}" did not end cleanly; looking for what it left`);
  }
  await recoverStack({
    session,
    arguments: args,
    report: cli.err,
    confirmUnlock: async (question) => (cli.interactive ? askYes(question) : false),
    imports: new Set(),
    forget: new Set(),
    now: Date.now,
    acceptsLoss: name !== "up",
    writeStderr: (text) => writeText("stderr", text),
  });
  return needed;
}

async function select(session: StackSession, cli: Cli): Promise<void> {
  if (session.stackInputText !== undefined) return;
  if (await selectStack(session)) cli.err(`stack "${session.stack}" is now the selected one of this folder`);
}
