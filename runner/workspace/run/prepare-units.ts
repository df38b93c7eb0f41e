import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isPlantonError, PlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import type { VendorAccount } from "../../../contract/vendor.js";
import { openVendorAccess } from "../../credentials/verify-account.js";
import { referenceStack } from "../../project/find-stack.js";
import { newProjectName, readProject } from "../../project/project-file.js";
import { type ProjectTrust, projectTrust } from "../../project/project-trust.js";
import { readRunMarker } from "../../project/run-marker.js";
import { readStackRecords } from "../../project/stack-settings.js";
import { makeTarget, type Target } from "../../project/target-name.js";
import type { Workspace } from "../../project/workspace/workspace.js";
import type { StackRef } from "../../pulumi/stack-ref.js";
import { assertStateFiles } from "../../pulumi/state/state-file.js";
import { resolveAll } from "../../secrets/resolve-secret.js";
import {
  type PlacedStack,
  type PreparedStack,
  placeStack,
  prepareCredentials,
  type ReadManifest,
  type StackSelection,
} from "../../session/prepare-stack.js";
import { isShared } from "../../session/stack-identity.js";
import type { SessionDependencies } from "../../session/stack-session.js";
import { isSandbox } from "../../system/planton-home.js";
import { type Unit, unitId } from "../unit.js";

/** A unit with its stack. */
export interface PlacedUnit extends Unit {
  readonly selection: StackSelection;
  readonly placed: PlacedStack;
  /** Where the stack is, or is going to be. */
  readonly ref: StackRef;
}

/** An output of a stack that is none of the units, by the way that a reference names it. */
export interface OutsideOutput {
  readonly ref: StackRef;
  readonly output: string;
}

/** A unit with all that can be known without an engine. */
export interface PreparedUnit extends PlacedUnit {
  readonly prepared: PreparedStack;
  /** What the secret URIs of the manifest give, in their order. Never print one. */
  readonly secrets: readonly string[];
  /** Whose the credentials are; undefined when they may not read it. */
  readonly account: VendorAccount | undefined;
  readonly outside: readonly OutsideOutput[];
}

/** What {@link placeUnits} needs. */
interface PlaceUnitsInput {
  readonly units: readonly Unit[];
  readonly workspace: Workspace;
  readonly parts: SessionDependencies;
}

/** Picks the stack of each unit. Throws the first unit's identity error with the problems of all. */
export function placeUnits({ units, workspace, parts }: PlaceUnitsInput): readonly PlacedUnit[] {
  const folderOf = folderReader(projectTrust(parts.env));
  const ids = new Set(units.map(({ id }) => id));
  const isOther = (target: Target): boolean => ids.has(unitId(target));
  const errors: unknown[] = [];
  const placed = units.flatMap((unit) => {
    try {
      return [placeUnit(unit, { workspace, parts, folderOf, isOther })];
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
  throwAll(errors);
  return placed;
}

/** What {@link prepareUnits} needs. */
interface PrepareUnitsInput {
  readonly units: readonly PlacedUnit[];
  readonly parts: SessionDependencies;
  /** Ids of all units of the graph. */
  readonly known: ReadonlySet<string>;
}

/**
 * Resolves the credentials and secrets of units, and asks the vendors whose they are. Changes nothing. Throws the first
 * unit's error with the problems of all; each is what a run of that unit alone would throw.
 */
export async function prepareUnits({ units, parts, known }: PrepareUnitsInput): Promise<readonly PreparedUnit[]> {
  assertUsableFiles(units);
  const outcomes = await Promise.allSettled(units.map((unit) => prepareUnit(unit, parts, known)));
  throwAll(outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : [])));
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

/** Nothing is sent for a folder in whose files pulumi or planton would wait for ever, or read what is not of the stack. */
function assertUsableFiles(units: readonly PlacedUnit[]): void {
  const errors: unknown[] = [];
  for (const { projectDir, ref } of units) {
    try {
      assertStateFiles(ref);
      readRunMarker(projectDir, ref.stack);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
}

/** A project folder with its settings files. */
type ProjectFolder = Pick<ReadManifest, "project" | "records">;

/** A project folder is read once, however many manifests it has. */
function folderReader(trust: ProjectTrust): (projectDir: string) => ProjectFolder {
  const known = new Map<string, ProjectFolder>();
  return (projectDir) => {
    const folder = known.get(projectDir) ?? {
      records: existsSync(projectDir) ? readStackRecords(projectDir) : [],
      project: readProject(projectDir, trust),
    };
    known.set(projectDir, folder);
    return folder;
  };
}

/** Throws the first error with the problems of all; what many manifests have in common, such as a token, is said once. */
export function throwAll(errors: readonly unknown[]): void {
  for (const error of errors) if (!isPlantonError(error)) throw error;
  const ours = errors.filter(isPlantonError);
  const [first] = ours;
  if (first === undefined) return;
  const problems = new Map<string, Problem>();
  for (const problem of ours.flatMap(problemsOf)) problems.set(JSON.stringify(problem), problem);
  const { code, hint } = first;
  const message = problems.size === 1 ? first.message : `${problems.size} problems`;
  throw new PlantonError({ code, message, hint, problems: [...problems.values()], cause: first });
}

interface UnitAround {
  readonly workspace: Workspace;
  readonly parts: SessionDependencies;
  readonly folderOf: (projectDir: string) => ProjectFolder;
  readonly isOther: (target: Target) => boolean;
}

function placeUnit(unit: Unit, { workspace, parts, folderOf, isOther }: UnitAround): PlacedUnit {
  const { reading, projectDir, stackInput } = unit;
  const selection: StackSelection = {
    stackInput: reading.file,
    kind: undefined,
    env: unit.target.env,
    stack: undefined,
    projectDir: undefined,
    newStack: false,
    adoptStack: false,
  };
  // A folder that only stands for a workspace says nothing: every folder below is a project of its own.
  const shared = isShared(workspace) ? workspace : undefined;
  const place = { projectDir, relativeStackInput: stackInput };
  const placed = placeStack(
    { reading, ...place, ...folderOf(projectDir), workspace: shared, selection, isOther },
    parts,
  );
  const ref = {
    backendUrl: placed.backend.url,
    project: placed.project?.name ?? newProjectName(projectDir, shared),
    stack: placed.choice.stack,
    dir: projectDir,
  };
  return { ...unit, selection, placed, ref };
}

async function prepareUnit(
  unit: PlacedUnit,
  parts: SessionDependencies,
  known: ReadonlySet<string>,
): Promise<PreparedUnit> {
  const { reading, projectDir, placed, selection } = unit;
  const outside = outsideOutputs(unit, parts, known);
  const prepared = await prepareCredentials(placed, selection, parts);
  const { choice, credentials, provider } = prepared;
  const access = openVendorAccess({
    ...parts,
    provider,
    credentials,
    recorded: choice.record?.account,
    unchecked: false,
  });
  const fields = reading.secretUris.filter(({ fieldPath }) => fieldPath.startsWith("target."));
  const secretsFolder = ({ place: { file } }: { readonly place: Pick<Problem, "file"> }): string =>
    file === undefined || file === "-" ? projectDir : dirname(resolve(parts.cwd, file));
  const [secrets, account] = await Promise.all([
    resolveAll(fields, parts.resolve, secretsFolder),
    access.readAccount(),
  ]);
  return { ...unit, prepared, secrets, account, outside };
}

/**
 * What a manifest takes of stacks that are none of the units: those that a reference names itself, and where a part of a
 * workspace is loaded, those of the rest. Throws E_REFERENCE_NOT_FOUND.
 */
function outsideOutputs(unit: PlacedUnit, { env }: SessionDependencies, known: ReadonlySet<string>): OutsideOutput[] {
  const { ref, projectDir } = unit;
  const trust = projectTrust(env);
  return unit.reading.references.flatMap((reference) => {
    const { field, stack, output } = reference;
    if (field.source.case !== "valueFrom") return [];
    if (stack === undefined && known.has(unitId(makeTarget(reference)))) return [];
    const found = referenceStack({ reference, projectDir, project: ref.project, sandbox: isSandbox(env), trust });
    return [{ ref: { ...ref, ...found }, output }];
  });
}
