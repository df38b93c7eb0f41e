import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VendorAdapter } from "../contract/vendor.js";
import { debugArguments, scrubDebugFolder } from "./debug-folder.js";
import { plantonHome } from "./planton-home.js";
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
          ...handOver(session, folder),
        },
      },
      input.writeStderr,
    );
    if (input.debugDir !== undefined) scrubDebugFolder(input.debugDir, session.command.secrets);
    return { code: end.code, hints: end.code === 0 ? [] : explain(input, end, events) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function explain(input: OperationInput, end: PulumiEnd, eventsPath: string): readonly string[] {
  const { session } = input;
  const known = explainFailure({
    code: end.code,
    stderr: end.stderr,
    events: readEngineEvents(eventsPath),
    vendorHints: session.vendor?.hints ?? [],
    locks: readStackLocks(session.backendUrl, session.command.cwd, session.project.name, session.stack),
    arguments: input.arguments,
    stack: session.stack,
  });
  const isUnclean = readRunMarker(session.project.dir, session.stack) !== undefined;
  if (end.signal === undefined && (known.length > 0 || !isUnclean)) return known;
  const died = end.signal === undefined ? "" : `pulumi was ended by ${end.signal}; `;
  return [
    ...known,
    `${died}what it was making may still come into being at the vendor; the next up looks for it before it makes anything: planton pulumi up ${input.arguments}`,
  ];
}

/** Standard input reaches the language host as a private file of this run. */
function handOver(session: StackSession, folder: string): Record<string, string> {
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

/** The adapter of a provider, from the generated list. */
export function vendorOf(vendors: readonly VendorAdapter[], provider: string): VendorAdapter | undefined {
  return vendors.find((vendor) => vendor.name === provider);
}
