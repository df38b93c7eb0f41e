import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlantonError } from "../../contract/planton-error.js";
import { printable } from "../../contract/text/printable.js";
import { redact } from "../../contract/text/redact.js";
import { type RunHandoff, runHandoffVariables } from "../project/run-handoff.js";
import { readRunMarker } from "../project/run-marker.js";
import { targetText } from "../project/target-name.js";
import { areSuccessorsMade, followProgress, readEngineEvents } from "../pulumi/engine-events.js";
import type { PulumiEnd } from "../pulumi/spawn-pulumi.js";
import { readChanges, type StackChanges } from "../pulumi/stack-changes.js";
import { readStackLocks } from "../pulumi/stack-lock.js";
import { readCheckpoint, resourceText } from "../pulumi/state/checkpoint.js";
import { pruneRunMarker } from "../recovery/prune-run-marker.js";
import type { StackSession } from "../session/stack-session.js";
import { debugArguments, makeDebugFolder, scrubDebugFolder, withPrivateFiles } from "./debug-folder.js";
import { watchDeletions } from "./deletion-obstacles.js";
import { explainFailure } from "./explain-failure.js";
import { makeRunFolder } from "./run-folder.js";

/** Operations of Pulumi that run a stack's program. */
export type OperationName = RunHandoff["operation"];

/** What the user asked for. */
interface OperationInput {
  readonly name: OperationName;
  readonly session: StackSession;
  /** `--yes`: no prompt. */
  readonly yes: boolean;
  /** `--allow-data-loss`: protected resources may go. */
  readonly allowDataLoss: boolean;
  /** "preview": only what an up or destroy would do; "confirmed": without the preview, which the user has seen. */
  readonly stage?: "preview" | "confirmed" | undefined;
  /** `--debug-dir`, absolute; the run gets a folder of its own in it. */
  readonly debugDir: string | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Arguments after `--`, for pulumi as they are. */
  readonly extra: readonly string[];
  /** Stacks of references that planton knows by now; see RunHandoff. */
  readonly references?: RunHandoff["references"];
  /** True for a preview that names what is protected and would go, where pulumi would refuse it. */
  readonly showsProtected?: boolean;
  /** True when pulumi may not read from the terminal, as several run at once. */
  readonly isDetached?: boolean;
  /** Is called when everything new is made, and the vendor does not delete an old resource while something uses it. */
  readonly onBlockedDelete?: (() => void) | undefined;
  /** Lets pulumi end as ^C does, once, when it is aborted. */
  readonly interruption?: AbortSignal | undefined;
  /** Is given each resource that the engine begins to work on, as {@link resourceText} writes it. */
  readonly onStep?: ((resource: string) => void) | undefined;
  /** Is given the first line of each warning of the engine and its plugins, masked. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  readonly writeStderr: (text: string) => void;
  /** Takes a line for people. */
  readonly report: (line: string) => void;
  readonly writeStdout: ((text: string) => void) | undefined;
}

/** How an operation ended. */
export interface OperationEnd {
  /** True when it was refused because the vendor has what an earlier run made: to be run again after a recovery. */
  readonly blockedByExisting: boolean;
  /** Exit code, of Pulumi's table. */
  readonly code: number;
  /** What to do about a failure; empty when nothing is known or nothing failed. */
  readonly hints: readonly string[];
  /** The failure, when it is one of planton's own codes; pulumi has shown its side of it. */
  readonly error?: PlantonError;
  /** What the engine planned or did. */
  readonly changes: StackChanges;
  /** The engine's first error, on one line, masked; undefined when it has said none. */
  readonly diagnostic?: string | undefined;
}

/** Runs one Pulumi operation on a stack, the terminal passed through, and explains a failure. */
export async function runOperation(input: OperationInput): Promise<OperationEnd> {
  const { session } = input;
  const runsProgram = await needsProgram(input);
  const folder = makeRunFolder(session.env);
  const debug = debugFolder(input);
  try {
    const events = join(folder, "events.ndjson");
    // pulumi would make it readable for everybody.
    writeFileSync(events, "", { mode: 0o600 });
    const run = (): Promise<PulumiEnd> =>
      session.pulumi.passThrough(
        [
          isPreviewOfUp(input) ? "preview" : input.name,
          "--stack",
          session.stack,
          ...flagsOf(input),
          ...(ignoresProtection(input) ? ["--ignore-protect"] : []),
          ...(runsProgram ? ["--run-program"] : []),
          "--event-log",
          events,
          ...(debug === undefined ? [] : debugArguments),
          ...extraOf(input),
        ],
        {
          env: {
            PULUMI_DEBUG_COMMANDS: "true",
            ...(debug === undefined ? {} : { TMPDIR: debug }),
            ...runHandoffVariables(handoffOf(input, folder)),
          },
          isDetached: input.isDetached === true,
          interruption: input.interruption,
          writeStderr: input.writeStderr,
          // Who passes this asks to see secrets.
          writeStdout: input.extra.includes("--show-secrets") ? undefined : input.writeStdout,
        },
      );
    const stopWatching = watchObstacles(input, events);
    const stopFollowing = watchProgress(input, events);
    const end = await (debug === undefined ? run() : withPrivateFiles(run)).finally(() => {
      stopWatching();
      stopFollowing();
    });
    const explained = end.code === 0 ? { hints: [] } : await explain(input, end, events);
    const marker = end.code === 0 ? undefined : readRunMarker(session.project.dir, session.stack);
    return {
      code: end.code,
      changes: readChanges(events),
      blockedByExisting: marker?.creates.some((create) => create.alreadyExists) === true,
      ...explained,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (debug !== undefined) {
      scrubDebugFolder(debug, session.pulumi.secrets);
      input.writeStderr(`the engine's log is in "${printable(debug)}"\n`);
    }
  }
}

function ignoresProtection({ name, allowDataLoss, showsProtected }: OperationInput): boolean {
  return (allowDataLoss && (name === "up" || name === "destroy")) || (name === "preview" && showsProtected === true);
}

function isPreviewOfUp({ name, stage }: OperationInput): boolean {
  return name === "up" && stage === "preview";
}

/** How an operation is confirmed, and what it leaves unsaid. */
function flagsOf({ name, yes, stage }: OperationInput): readonly string[] {
  // At its end a destroy shows the outputs of what is gone.
  const quiet = name === "destroy" ? ["--suppress-outputs"] : [];
  if (stage === "preview") return name === "up" ? [] : ["--preview-only", ...quiet];
  if (stage === "confirmed") return ["--yes", "--skip-preview", ...quiet];
  return [...(yes && name !== "preview" ? ["--yes"] : []), ...quiet];
}

/** The user's arguments for pulumi, without those of up that its preview does not know (pulumi 3.259.0). */
function extraOf(input: OperationInput): readonly string[] {
  const { extra } = input;
  if (!isPreviewOfUp(input)) return extra;
  return extra.filter((word, index) => {
    const isValue = extra[index - 1] === "--secrets-provider";
    return !isValue && !/^--(continue-on-error|secrets-provider|strict)(=|$)/.test(word);
  });
}

/**
 * True for a refresh or destroy that is to run the stack's program, for its fresh credentials. Where the state holds
 * nothing of the vendor's it would only register the stack anew, with outputs of resources that are not there.
 */
async function needsProgram({ name, session }: OperationInput): Promise<boolean> {
  if (name !== "refresh" && name !== "destroy") return false;
  if (session.stackInputText === undefined && !session.hasStackInput) return false;
  const { resources } = await readCheckpoint(session.ref, session.pulumi);
  return resources.some(({ id, type }) => id !== undefined && !type.startsWith("pulumi:"));
}

/** How often the engine's log is read for what it works on and warns of. */
const stepMs = 200;

function watchProgress({ onStep, onWarning, session }: OperationInput, eventsPath: string): () => void {
  if (onStep === undefined && onWarning === undefined) return () => {};
  const progress = followProgress(eventsPath);
  const read = (): void => {
    const { step, warnings } = progress();
    if (step !== undefined) onStep?.(resourceText(step));
    for (const warning of warnings) onWarning?.(firstLine(warning, session.pulumi.secrets));
  };
  const timer = setInterval(read, stepMs);
  return () => {
    clearInterval(timer);
    read();
  };
}

/** Says what keeps deletions from ending, where the vendor's plugin does not; gives back how to stop it. */
function watchObstacles(input: OperationInput, eventsPath: string): () => void {
  const { name, session, onBlockedDelete } = input;
  const { vendor, vendorContext: context } = session;
  if ((name !== "up" && name !== "destroy") || vendor?.readObstacles === undefined || context === undefined)
    return () => {};
  const read: Parameters<typeof watchDeletions>[0]["read"] = async (deletion) =>
    vendor.readObstacles?.(deletion, context);
  const report = (line: string): void => {
    input.report(line);
    if (areSuccessorsMade(eventsPath)) onBlockedDelete?.();
  };
  return watchDeletions({ eventsPath, read, report });
}

function debugFolder({ debugDir, session, nowMs }: OperationInput): string | undefined {
  if (debugDir === undefined) return undefined;
  const stack = `${session.project.name}/${session.stack}`;
  return makeDebugFolder({ parent: debugDir, stack, secrets: session.pulumi.secrets, nowMs });
}

/** True for the arguments of pulumi by which an operation starts without its preview. */
export function skipsPreview(argument: string): boolean {
  return argument === "-f" || /^--skip-preview(=true)?$/.test(argument);
}

async function explain(
  input: OperationInput,
  end: PulumiEnd,
  eventsPath: string,
): Promise<Omit<OperationEnd, "code" | "blockedByExisting" | "changes">> {
  const { session } = input;
  const events = readEngineEvents(eventsPath);
  if (end.signal === undefined) await pruneRunMarker(session, events, input.nowMs);
  const { hints, error } = explainFailure({
    operation: input.name,
    stderr: end.stderr,
    events,
    vendorHints: session.vendor?.hints ?? [],
    locks: readStackLocks(session.ref),
    nowMs: session.now(),
    arguments: input.arguments,
    stack: session.stack,
  });
  if (error !== undefined)
    return { hints, error: error.code === "E_PROTECTED" ? await halfReplaced(input, error) : error };
  const diagnostic = firstDiagnostic(events.errors, session.pulumi.secrets);
  const { creates = [] } = readRunMarker(session.project.dir, session.stack) ?? {};
  const isUnclean = input.name === "up" && creates.length > 0;
  if (end.signal === undefined && !isUnclean) return { hints, diagnostic };
  const died = end.signal === undefined ? "" : `pulumi was ended by ${end.signal}; `;
  return { hints: [`${died}${nextStep(input)}`, ...hints], diagnostic };
}

/** Longest diagnostic that is repeated, in characters. */
const diagnosticChars = 300;

/** What the engine says of the stack as a whole repeats what it has said of a resource. */
function firstDiagnostic(errors: readonly string[], secrets: readonly string[]): string | undefined {
  const own = errors.filter((error) => !/^(update|preview|refresh|destroy) failed$/.test(error));
  return own[0] === undefined ? undefined : firstLine(own[0], secrets);
}

function firstLine(text: string, secrets: readonly string[]): string {
  return redact(text.split("\n")[0] ?? "", secrets).slice(0, diagnosticChars);
}

/** What goes on from an operation that was killed, or lost the response to a creation. */
function nextStep({ name, stage, allowDataLoss, arguments: args }: OperationInput): string {
  const again = `planton pulumi ${name} ${args}${allowDataLoss ? " --allow-data-loss" : ""}`;
  if (name === "preview" || stage === "preview") return `nothing was changed: ${again}`;
  if (name === "up") {
    return `resources may still be created at the vendor; the next up checks for them first: ${again}`;
  }
  if (name === "refresh") return `nothing was changed at the vendor; to read the rest: ${again}`;
  return `what was not deleted is still there, and what was may still be in the state; to go on: ${again}`;
}

/** The error about protection, in words of its own while the state holds one with data that was replaced and is to go. */
async function halfReplaced({ session, arguments: args }: OperationInput, error: PlantonError): Promise<PlantonError> {
  const { resources } = await readCheckpoint(session.ref, session.pulumi);
  const old = resources.find(({ isReplaced, isProtected, deletedWith }) => isReplaced && isProtected && !deletedWith);
  const next = resources.find(({ urn, isReplaced }) => urn === old?.urn && !isReplaced);
  if (old === undefined) return error;
  return new PlantonError({
    code: "E_PROTECTED",
    message: `the last replacement of ${resourceText(old.urn)} is half done: the old one, id ${old.id}, still has the data; the new one, id ${next?.id}, is empty and may be open`,
    hint: `to go on with the replacement, which deletes the old one with its data: planton pulumi up ${args} --allow-data-loss, with the manifest as it was then; any other change would replace the new one as well`,
  });
}

function handoffOf(input: OperationInput, folder: string): RunHandoff {
  const { name, stage, session, extra } = input;
  const stackInput = handedStackInput(session, folder);
  return {
    stack: session.stack,
    operation: name === "up" && stage === "preview" ? "preview" : name,
    hasCredentials: session.resolved !== undefined,
    references: input.references ?? [],
    checked: session.checked,
    account: session.resolved?.account,
    ...(stackInput === undefined ? {} : { stackInput }),
    // These two have read the stack input already and shown its warnings.
    hasShownWarnings: name === "up" || name === "preview",
    secretWarnings: session.resolved?.secretWarnings ?? [],
    skipsPreview: extra.some(skipsPreview),
  };
}

/** Standard input reaches the language host as a private file, another target or path than the recorded one by its name. */
function handedStackInput(
  { project, stackInputText, identity, target }: StackSession,
  folder: string,
): RunHandoff["stackInput"] {
  if (identity !== undefined) {
    return { from: "file", file: join(project.dir, identity.stackInput), target: targetText(identity.target) };
  }
  if (stackInputText === undefined) return undefined;
  const file = join(folder, "stack-input.yaml");
  writeFileSync(file, stackInputText, { mode: 0o600 });
  return { from: "stdin", file, ...(target === undefined ? {} : { target: targetText(target) }) };
}
