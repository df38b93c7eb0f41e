import { PlantonError, type Problem } from "../../contract/planton-error.js";
import { backendText } from "../project/backend.js";
import type { RunHandoff } from "../project/run-handoff.js";
import { selectStack } from "../pulumi/selected-stack.js";
import { removeCutLocks } from "../pulumi/stack-lock.js";
import { protectedResources, readCheckpoint } from "../pulumi/state/checkpoint.js";
import { assertNotInUse, neededRecovery } from "../recovery/needs-recovery.js";
import { type RecoverInput, recoverStack } from "../recovery/recover-stack.js";
import {
  assertReferencesFound,
  type PreparedStack,
  prepareStack,
  type StackSelection,
} from "../session/prepare-stack.js";
import { openAnySession } from "../session/recorded-session.js";
import { resourceNameField } from "../session/resource-name.js";
import { openSession, recordIdentity, type SessionDependencies, type StackSession } from "../session/stack-session.js";
import { makeDebugParent } from "./debug-folder.js";
import { assertDeletable } from "./deletion-obstacles.js";
import { type OperationEnd, type OperationName, runOperation, skipsPreview } from "./run-operation.js";

/** How an operation speaks with its user. */
interface OperationConsole {
  /** True when there is a terminal to ask on. */
  readonly interactive: boolean;
  /** Shows a line. */
  readonly report: (line: string) => void;
  readonly showWarnings: (warnings: readonly Problem[]) => void;
  /** Asks a question; true for yes. */
  readonly askYes: (question: string) => Promise<boolean>;
  /** Lets the user type a name before data may be lost. Throws E_CONFIRMATION. */
  readonly typeToConfirm: (name: string) => Promise<void>;
  /** Takes what pulumi writes to its standard error. */
  readonly writeStderr: (text: string) => void;
  /** Takes what pulumi writes to its standard output; undefined on a terminal, which pulumi needs itself. */
  readonly writeStdout: ((text: string) => void) | undefined;
}

/** What the user asked for. */
export interface OperationRequest {
  readonly name: OperationName;
  readonly selection: StackSelection;
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  /** `--yes`: no prompt. */
  readonly yes: boolean;
  /** `--allow-data-loss`: protected resources may go. */
  readonly allowDataLoss: boolean;
  /** `--debug-dir`, absolute; the run gets a folder of its own in it. */
  readonly debugDir: string | undefined;
  /** Arguments after `--`, for pulumi as they are. */
  readonly extra: readonly string[];
}

/** What {@link performOperation} works with. */
export interface OperationDependencies {
  readonly parts: SessionDependencies;
  readonly console: OperationConsole;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after that many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * One operation from the request to its end: checks the stack input, opens the stack, recovers it after an unclean end,
 * asks, runs pulumi, explains a failure; records what the stack is about after an `up` that went well. Gives pulumi's exit
 * code. Throws every error of the stages with its code; nothing was changed at the vendor when it comes before pulumi.
 */
export async function performOperation(
  request: OperationRequest,
  dependencies: OperationDependencies,
): Promise<number> {
  const { name, selection } = request;
  const { parts, console } = dependencies;
  assertConfirmable(request, console);
  const prepared = name === "up" || name === "preview" ? await prepareStack(selection, parts) : undefined;
  if (prepared !== undefined) {
    console.showWarnings(prepared.reading.warnings);
    assertReferencesFound(prepared, parts.env);
  }
  if (request.debugDir !== undefined) makeDebugParent(request.debugDir);
  const session =
    prepared === undefined
      ? await openAnySession(selection, parts)
      : await openSession({ selection, prepared, parts, recordAccount: name === "up", mustExist: false });
  if (session.isNew) console.report(`stack "${session.stack}" made in ${backendText(session.backendUrl)}`);
  reportRename(session, prepared, console);
  const end = await operateOn(session, request, dependencies);
  for (const hint of end.hints) console.report(`hint: ${hint}`);
  if (end.error !== undefined) throw end.error;
  if (end.code === 0 && name === "up" && session.stackInputText === undefined && (await selectStack(session))) {
    console.report(`stack "${session.stack}" is now the selected one of "${session.project.dir}"`);
  }
  return end.code;
}

/** What is asked for of a stack that is open. */
export interface SessionRequest extends Omit<OperationRequest, "selection"> {
  /** "preview": only what it would do; "confirmed": the user has seen that. Default: pulumi shows it and asks. */
  readonly stage?: "preview" | "confirmed";
  /** Stacks of references that planton knows by now; see RunHandoff. */
  readonly references?: RunHandoff["references"];
  /** True for a preview that names what is protected and would go, where pulumi would refuse it. */
  readonly showsProtected?: boolean;
  /** True when pulumi may not read from the terminal, as several run at once. */
  readonly isDetached?: boolean;
  /** Is called when everything new is made, and the vendor does not delete an old resource while something uses it. */
  readonly onBlockedDelete?: () => void;
  /** Lets pulumi end as ^C does, once, when it is aborted. */
  readonly interruption?: AbortSignal;
  /** Is given each resource that the engine begins to work on. */
  readonly onStep?: (resource: string) => void;
  /** Is given the first line of each warning of the engine and its plugins, masked. */
  readonly onWarning?: (text: string) => void;
}

/**
 * One operation on a stack that is open: recovers it after an unclean end, runs pulumi, explains a failure; records what
 * the stack is about after an `up` that went well. Throws E_LOCKED, E_PENDING_OPERATIONS and what the recovery throws.
 */
export async function operateOn(
  session: StackSession,
  request: SessionRequest,
  dependencies: OperationDependencies,
): Promise<OperationEnd> {
  const { name } = request;
  const { console } = dependencies;
  removeCutLocks(session.ref, dependencies.now());
  if (name !== "preview") assertNotInUse(session, request.arguments);
  const needed = session.isNew ? "none" : await recoverFirst(request, session, dependencies);
  if (name === "destroy" && request.stage !== "preview") await assertDeletable(session);
  // A preview changes no state; it reads what failed half way in memory.
  const extra = name === "preview" && needed === "refresh" ? ["--refresh", ...request.extra] : request.extra;
  const run = (stage?: "preview" | "confirmed"): Promise<OperationEnd> =>
    runOperation({
      ...request,
      session,
      extra,
      stage: stage ?? request.stage,
      nowMs: dependencies.now(),
      writeStderr: console.writeStderr,
      report: console.report,
      writeStdout: console.writeStdout,
    });
  const runAsked = (): Promise<OperationEnd> => runConfirmed(request, session, { console, run });
  let end = await runAsked();
  if (end.blockedByExisting && (name === "up" || name === "destroy")) {
    await recoverFirst(request, session, dependencies);
    end = await runAsked();
  }
  if (end.code === 0 && name === "up" && request.stage !== "preview") await recordIdentity(session);
  return end;
}

/**
 * Runs an operation. Where data may be lost and there is no `--yes`, the stack's name is typed first, by who has seen
 * in the preview what it is about; pulumi then asks nothing more. Throws E_CONFIRMATION.
 */
async function runConfirmed(
  { name, yes, allowDataLoss, extra }: SessionRequest,
  session: StackSession,
  { console, run }: { console: OperationConsole; run: (stage?: "preview" | "confirmed") => Promise<OperationEnd> },
): Promise<OperationEnd> {
  if (!allowDataLoss || yes || (name !== "up" && name !== "destroy")) return run();
  if (!extra.some(skipsPreview)) {
    const seen = await run("preview");
    if (seen.code !== 0) return seen;
  }
  await reportProtected(session, console);
  await console.typeToConfirm(session.stack);
  return run("confirmed");
}

/** What a recovery by the user's own command is asked for. */
export interface RecoveryRequest extends Pick<RecoverInput, "imports" | "forget" | "sharesIds"> {
  readonly selection: StackSelection;
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  /** `--yes`: the lock of a run that is gone is removed without a question. */
  readonly yes: boolean;
}

/** Recovers a stack, see {@link recoverStack}; gives its name. Throws what that throws, and what opening the stack does. */
export async function performRecovery(request: RecoveryRequest, dependencies: OperationDependencies): Promise<string> {
  const session = await openAnySession(request.selection, dependencies.parts);
  await recoverOn(session, request, dependencies);
  return session.stack;
}

/** {@link performRecovery} of a stack that is open; gives those of the user's ids that were found. */
export async function recoverOn(
  session: StackSession,
  request: Omit<RecoveryRequest, "selection">,
  dependencies: OperationDependencies,
): Promise<readonly string[]> {
  const { imports, forget, sharesIds = false, yes } = request;
  const { trace } = dependencies.parts;
  return trace.stage("recover", { stack: session.stack }, () =>
    recoverStack({
      ...recoverInput(request, session, dependencies),
      imports,
      forget,
      sharesIds,
      ...(yes ? { confirmUnlock } : {}),
    }),
  );
}

const confirmUnlock = (): Promise<boolean> => Promise.resolve(true);

function assertConfirmable({ name, yes, arguments: args }: OperationRequest, { interactive }: OperationConsole): void {
  if (name === "preview" || yes || interactive) return;
  throw new PlantonError({
    code: "E_CONFIRMATION",
    message: `planton pulumi ${name} asks before it changes anything, and there is no terminal to ask on`,
    hint: `look first with planton pulumi preview ${args}, then: planton pulumi ${name} ${args} --yes`,
  });
}

/**
 * After an unclean end of the last run: finds what it made and takes it into the state, before anything is created, or
 * deleted from what the state has. A refresh would drop the last note of it, and is refused; where a refresh is all that
 * is needed, it is made without the program first, which alone reads what is to be deleted. Gives what was needed.
 */
async function recoverFirst(
  request: SessionRequest,
  session: StackSession,
  dependencies: OperationDependencies,
): ReturnType<typeof neededRecovery> {
  const { name } = request;
  const { trace } = dependencies.parts;
  const needed = await neededRecovery(session);
  trace.event("recovery", { needed });
  if (needed === "none" || name === "preview") return needed;
  if (needed === "recover" && name === "refresh") {
    throw new PlantonError({
      code: "E_PENDING_OPERATIONS",
      message: `the last run of stack "${session.stack}" did not end cleanly; a refresh would drop the note of what it began`,
      hint: `planton pulumi recover ${request.arguments} takes what it made into the state; then refresh`,
    });
  }
  if (needed === "recover") {
    dependencies.console.report(
      `the last run of stack "${session.stack}" did not end cleanly; looking for what it left`,
    );
  }
  await trace.stage("recover", { stack: session.stack }, () =>
    recoverStack({ ...recoverInput(request, session, dependencies), acceptsLoss: name !== "up" }),
  );
  return needed;
}

function recoverInput(
  { arguments: args }: Pick<SessionRequest, "arguments">,
  session: StackSession,
  { console, now, sleep }: OperationDependencies,
): RecoverInput {
  return {
    session,
    arguments: args,
    report: console.report,
    confirmUnlock: async (question) => console.interactive && console.askYes(question),
    imports: new Set(),
    forget: new Set(),
    now,
    sleep,
    acceptsLoss: false,
    refresh: (more) =>
      runOperation({
        name: "refresh",
        session,
        yes: true,
        allowDataLoss: false,
        debugDir: undefined,
        nowMs: now(),
        extra: ["--skip-preview", ...more],
        arguments: args,
        writeStderr: console.writeStderr,
        report: console.report,
        writeStdout: console.writeStdout,
      }),
  };
}

/** Says which name the resource of a renamed manifest keeps at the vendor. */
function reportRename(
  { stack, identity }: StackSession,
  prepared: PreparedStack | undefined,
  { report }: OperationConsole,
): void {
  if (identity?.resourceName === undefined || prepared === undefined) return;
  const field = resourceNameField(prepared.entry, prepared.reading.message);
  report(
    `stack "${stack}" goes on under the name "${identity.target.name}"; at the vendor the resource keeps the name that it has as "${identity.resourceName}", unless ${field?.path ?? "the spec"} gives another`,
  );
}

/** Says what `--allow-data-loss` lays open. */
async function reportProtected(session: StackSession, { report }: OperationConsole): Promise<void> {
  const found = session.isNew ? [] : protectedResources(await readCheckpoint(session.ref, session.pulumi));
  const list = found.length === 0 ? "nothing" : found.join(", ");
  report(`protected in stack "${session.stack}", and free to be deleted or replaced by this run: ${list}`);
}
