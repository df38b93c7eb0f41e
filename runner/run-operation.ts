import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlantonError } from "../contract/planton-error.js";
import { debugArguments, scrubDebugFolder } from "./debug-folder.js";
import { plantonHome } from "./planton-home.js";
import { targetText } from "./project/target-name.js";
import { readEngineEvents } from "./pulumi/engine-events.js";
import { explainFailure } from "./pulumi/explain-failure.js";
import { type PulumiEnd, passThroughPulumi } from "./pulumi/spawn-pulumi.js";
import { readStackLocks } from "./pulumi/stack-lock.js";
import { readRunMarker } from "./run-marker.js";
import type { StackSession } from "./stack-session.js";

/** Operations of Pulumi that run a stack's program. */
export type OperationName = "up" | "preview" | "refresh" | "destroy";

/** What the user asked for. */
export interface OperationInput {
  readonly name: OperationName;
  readonly session: StackSession;
  /** `--yes`: no prompt. */
  readonly yes: boolean;
  /** `--allow-data-loss`: protected resources may go. */
  readonly allowDataLoss: boolean;
  /** `--debug-dir`, absolute. */
  readonly debugDir: string | undefined;
  /** Arguments after `--`, for pulumi as they are. */
  readonly extra: readonly string[];
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  readonly writeStderr: (text: string) => void;
}

/** How an operation ended. */
export interface OperationEnd {
  /** Exit code, of Pulumi's table. */
  readonly code: number;
  /** What to do about a failure; empty when nothing is known or nothing failed. */
  readonly hints: readonly string[];
  /** The failure, when it is one of planton's own codes; pulumi has shown its side of it. */
  readonly error?: PlantonError;
}

/** Runs one Pulumi operation on a stack, the terminal passed through, and explains a failure. */
export async function runOperation(input: OperationInput): Promise<OperationEnd> {
  const { session } = input;
  const runsProgram = session.stackInputText !== undefined || session.hasStackInput;
  const folder = makeRunFolder(session.env);
  try {
    const events = join(folder, "events.ndjson");
    const end = await passThroughPulumi(
      {
        ...session.command,
        args: [
          input.name,
          "--stack",
          session.stack,
          ...(input.yes && input.name !== "preview" ? ["--yes"] : []),
          ...(input.allowDataLoss && (input.name === "up" || input.name === "destroy") ? ["--ignore-protect"] : []),
          ...(runsProgram && (input.name === "refresh" || input.name === "destroy") ? ["--run-program"] : []),
          "--event-log",
          events,
          ...(input.debugDir === undefined ? [] : debugArguments),
          ...input.extra,
        ],
        env: {
          ...session.command.env,
          PULUMI_DEBUG_COMMANDS: "true",
          ...(input.debugDir === undefined ? {} : { TMPDIR: input.debugDir }),
          // These two have read the stack input already and shown its warnings.
          ...(input.name === "up" || input.name === "preview" ? { PLANTON_RUN_WARNINGS: "shown" } : {}),
          ...handOver(session, folder),
        },
      },
      input.writeStderr,
    );
    if (input.debugDir !== undefined) scrubDebugFolder(input.debugDir, session.command.secrets);
    return { code: end.code, ...(end.code === 0 ? { hints: [] } : explain(input, end, events)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function explain(input: OperationInput, end: PulumiEnd, eventsPath: string): Omit<OperationEnd, "code"> {
  const { session } = input;
  const { hints, error } = explainFailure({
    operation: input.name,
    stderr: end.stderr,
    events: readEngineEvents(eventsPath),
    vendorHints: session.vendor?.hints ?? [],
    locks: readStackLocks(session.backendUrl, session.command.cwd, session.project.name, session.stack),
    arguments: input.arguments,
    stack: session.stack,
  });
  if (error !== undefined) return { hints, error };
  const isUnclean = input.name === "up" && readRunMarker(session.project.dir, session.stack) !== undefined;
  if (end.signal === undefined && (hints.length > 0 || !isUnclean)) return { hints };
  const died = end.signal === undefined ? "" : `pulumi was ended by ${end.signal}; `;
  const next = `${died}what it was making may still come into being at the vendor; the next up looks for it before it makes anything: planton pulumi up ${input.arguments}`;
  return { hints: [...hints, next] };
}

/**
 * What the settings file does not say reaches the language host by this run alone: standard input as a private file,
 * another target or path than the recorded one by its name.
 */
function handOver(session: StackSession, folder: string): Record<string, string> {
  if (session.identity !== undefined) {
    return {
      PLANTON_RUN_STACK: session.stack,
      PLANTON_RUN_STACK_INPUT: join(session.project.dir, session.identity.stackInput),
      PLANTON_RUN_TARGET: targetText(session.identity.target),
    };
  }
  if (session.stackInputText === undefined) return {};
  const path = join(folder, "stack-input.yaml");
  writeFileSync(path, session.stackInputText, { mode: 0o600 });
  return { PLANTON_RUN_STACK_INPUT: path, PLANTON_RUN_STACK: session.stack };
}

function makeRunFolder(env: StackSession["env"]): string {
  const parent = join(plantonHome(env), "run");
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(parent, "run-"));
}
