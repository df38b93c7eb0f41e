import { isSecretField } from "../../../contract/fields/secret-field.js";
import type { Trace } from "../../../contract/trace.js";
import { namedAccount } from "../../credentials/resolve-credentials.js";
import { localPathsDigest } from "../../manifest/local-paths.js";
import type { OperationDependencies, SessionRequest } from "../../operation/perform-operation.js";
import type { HandedReference } from "../../project/run-handoff.js";
import { readRunMarker } from "../../project/run-marker.js";
import type { Workspace } from "../../project/workspace/workspace.js";
import { type StackRef, stateFilePath } from "../../pulumi/stack-ref.js";
import { identityIn } from "../../session/stack-identity.js";
import { openSession, type StackSession } from "../../session/stack-session.js";
import { shellQuote } from "../../system/shell-quote.js";
import { edgesFrom, type UnitGraph } from "../unit.js";
import { type Decision, decide, failureOfSame, inputsHash, isEmpty, noteIn, referencesHash } from "./applied-note.js";
import type { PlacedUnit, PreparedUnit } from "./prepare-units.js";
import { outputIn, type StackInBackend, type StackReader } from "./stack-reader.js";

/** One command over the units of a workspace. */
export interface WorkspaceRun {
  readonly workspace: Workspace;
  /** Every unit of the environment, selected or not. */
  readonly graph: UnitGraph;
  /** By id; of every unit of the graph. */
  readonly units: ReadonlyMap<string, PlacedUnit>;
  /** Those that the command is about, in the order of the graph. */
  readonly prepared: readonly PreparedUnit[];
  /** Ids of the units that the command is about. */
  readonly selected: ReadonlySet<string>;
  readonly reader: StackReader;
  /** See {@link workspaceKey}. */
  readonly key: Buffer;
  /** Versions of planton, its modules and a unit's plugin. */
  readonly versionsOf: (unit: PreparedUnit) => readonly string[];
  /** What an operation on one stack works with; it writes to the stack's own log. */
  readonly operationFor: (stack: RunStack) => OperationDependencies;
  /** Is given each resource that the engine begins to work on, with the id of its unit. */
  readonly onStep: (id: string, resource: string) => void;
  readonly trace: Trace;
  /** Folder of `--debug-dir`, which is there; undefined: no logs of pulumi are kept. */
  readonly debugDir: string | undefined;
  /** Is given each warning of a run that changes something, with the id of its unit. */
  readonly onWarning: (id: string, text: string) => void;
  /** True: every stack is run, whatever its note says. */
  readonly all: boolean;
  /** Aborted when the user wants the command to end: what then ends with an error was interrupted. */
  readonly signal: AbortSignal;
}

/** A stack that a command works on. */
export interface RunStack extends Pick<PreparedUnit, "id" | "ref"> {
  /** What is masked in all that is shown of it. */
  readonly secrets: readonly string[];
}

/** Outputs of a unit that a run may change. */
export type ChangedOutputs = readonly string[] | "all";

/** The stack that a unit's reference means, and what it takes of it. */
interface TakenFrom {
  readonly target: string;
  readonly ref: StackRef;
  readonly outputs: readonly string[];
}

/**
 * The stacks from which a unit takes outputs, in the order of the graph: those that its references name, and since a module
 * may read others beside them, such as a cluster's engine, all that hold no secret.
 */
export function takenFrom({ graph, units }: WorkspaceRun, unit: PlacedUnit): readonly TakenFrom[] {
  return edgesFrom(graph, unit.id)
    .filter(({ outputs }) => outputs.length > 0)
    .flatMap(({ to, outputs }) => {
      const upstream = units.get(to);
      if (upstream === undefined) return [];
      const plain = upstream.reading.entry.stackOutputs.fields.filter((field) => !isSecretField(field));
      const taken = new Set([...outputs, ...plain.map(({ name }) => name)]);
      return [{ target: to, ref: upstream.ref, outputs: [...taken] }];
    });
}

/** What the language host is handed of the stacks that a unit refers to; `changed` gives what is not known of one. */
function handedReferences(
  run: WorkspaceRun,
  unit: PlacedUnit,
  changed: (id: string) => ChangedOutputs,
): readonly HandedReference[] {
  return takenFrom(run, unit).map(({ target, ref: { project, stack } }) => {
    return { target, project, stack, unknown: changed(target) };
  });
}

/** The hashes of what a unit is applied with now. Throws E_PULUMI. */
export async function hashesOf(run: WorkspaceRun, unit: PreparedUnit): Promise<{ inputs: string; references: string }> {
  const { key, reader, versionsOf } = run;
  const { secrets, account, prepared } = unit;
  const named = namedAccount(prepared.provider, prepared.credentials);
  const { tags } = await reader.read(unit.ref);
  const resourceName = prepared.choice.record?.resourceName ?? identityIn(tags).record.resourceName;
  const taken = [];
  for (const { ref, outputs } of takenFrom(run, unit)) {
    const stack = await reader.read(ref);
    for (const output of outputs) taken.push({ stack: ref.stack, output, value: outputIn(stack, output) });
  }
  for (const { ref, output } of unit.outside) {
    taken.push({ stack: `${ref.project}/${ref.stack}`, output, value: outputIn(await reader.read(ref), output) });
  }
  const files = localPathsDigest(unit.reading, { base: unit.projectDir, root: run.workspace.root });
  const facts = { account: named ?? account?.id, resourceName, files, versions: versionsOf(unit) };
  return {
    inputs: inputsHash({ key, unit, secrets, ...facts }),
    references: referencesHash(key, taken),
  };
}

/** Decides without an engine whether a unit has to be run. Throws E_PULUMI. */
export async function decideUnit(run: WorkspaceRun, unit: PreparedUnit): Promise<Decision> {
  const decision = await decisionOf(run, unit);
  run.trace.event("decision", { stack: unit.ref.stack, ...decision });
  return decision;
}

async function decisionOf(run: WorkspaceRun, unit: PreparedUnit): Promise<Decision> {
  if (run.all) return { unchanged: false, reason: "asked for" };
  const { state, tags } = await run.reader.read(unit.ref);
  const { inputs, references } = await hashesOf(run, unit);
  // Of a stack of another project nothing can be read there without a project of its own.
  const isHidden = unit.outside.some(({ ref }) => ref.project !== unit.ref.project && stateFilePath(ref) === undefined);
  if (isHidden) return { unchanged: false, reason: "reference not known" };
  const hasRunMarker = readRunMarker(unit.projectDir, unit.ref.stack) !== undefined;
  return decide({ state, note: noteIn(tags), inputs, references, hasRunMarker });
}

/** The code that a unit's last run failed with; undefined when something of it has changed since, or it did not fail. */
export async function lastFailure(run: WorkspaceRun, unit: PreparedUnit): Promise<string | undefined> {
  const { state, tags } = await run.reader.read(unit.ref);
  if (state === undefined) return undefined;
  return failureOfSame(tags, { ...(await hashesOf(run, unit)), state: state.fingerprint });
}

/** True for a stack that is applied: its state holds something, or is the one that was noted. */
export function isApplied({ state, tags }: StackInBackend): boolean {
  return state !== undefined && (!isEmpty(state) || noteIn(tags)?.state === state.fingerprint);
}

/** How a unit's stack is named in commands of `planton pulumi` that its user may type. */
export function unitArguments({ reading: { file }, target: { env }, ref }: PlacedUnit): string {
  // What was read once is known by its stack alone.
  if (file === "-") return `--stack-input - --stack ${shellQuote(ref.stack)}`;
  return `--stack-input ${shellQuote(file)}${env === undefined ? "" : ` --env ${shellQuote(env)}`}`;
}

/** What every operation on one of many stacks is asked for: the user has seen a plan, and pulumi asks nothing. */
export function unitRequest(
  run: WorkspaceRun,
  unit: PlacedUnit,
  changed: (id: string) => ChangedOutputs = () => [],
): Omit<SessionRequest, "name" | "allowDataLoss"> {
  return {
    yes: true,
    debugDir: run.debugDir,
    extra: [],
    arguments: unitArguments(unit),
    references: handedReferences(run, unit, changed),
    isDetached: true,
    onStep: (resource) => run.onStep(unit.id, resource),
    onWarning: (text) => run.onWarning(unit.id, text),
  };
}

/** Opens the stacks of a command, each once. */
export function openSessions(
  run: WorkspaceRun,
  options: { readonly mustExist: boolean; readonly recordAccount: boolean },
) {
  const open = new Map<string, Promise<StackSession>>();
  return (unit: PreparedUnit): Promise<StackSession> => {
    const { prepared, selection } = unit;
    const { parts } = run.operationFor(unit);
    const session = open.get(unit.id) ?? openSession({ selection, prepared, parts, ...options });
    open.set(unit.id, session);
    return session;
  };
}
