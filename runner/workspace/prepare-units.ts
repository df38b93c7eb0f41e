import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { findVendor } from "../../contract/find-vendor.js";
import { isPlantonError, PlantonError, type Problem, problemsOf } from "../../contract/planton-error.js";
import type { VendorAccount } from "../../contract/vendor.js";
import { openVendorAccess } from "../credentials/verify-account.js";
import { newProjectName, readProject } from "../project/project-file.js";
import { type ProjectTrust, projectTrust } from "../project/project-trust.js";
import { readStackRecords } from "../project/stack-settings.js";
import { type Target, targetText } from "../project/target-name.js";
import type { Workspace } from "../project/workspace.js";
import type { StackRef } from "../pulumi/stack-ref.js";
import { resolveAll } from "../secrets/resolve-secret.js";
import {
  type PreparedStack,
  prepareReading,
  type ReadManifest,
  type StackSelection,
} from "../session/prepare-stack.js";
import { isShared } from "../session/stack-identity.js";
import type { SessionDependencies } from "../session/stack-session.js";
import type { Unit } from "./unit.js";

/** A unit with its stack and credentials: everything is known that can be without an engine. */
export interface PreparedUnit extends Unit {
  readonly selection: StackSelection;
  readonly prepared: PreparedStack;
  /** Where the stack is, or is going to be. */
  readonly ref: StackRef;
  /** What the secret URIs of the manifest give, in their order. Never print one. */
  readonly secrets: readonly string[];
  /** Whose the credentials are; undefined when they may not read it. */
  readonly account: VendorAccount | undefined;
}

/** What {@link prepareUnits} needs. */
interface PrepareUnitsInput {
  readonly units: readonly Unit[];
  readonly workspace: Workspace;
  readonly parts: SessionDependencies;
}

/**
 * Picks the stack of each unit, resolves its credentials and secrets, and asks the vendors whose they are. Changes nothing.
 * Throws the first unit's error with the problems of all; each is what a run of that unit alone would throw.
 */
export async function prepareUnits({ units, workspace, parts }: PrepareUnitsInput): Promise<readonly PreparedUnit[]> {
  const folderOf = folderReader(projectTrust(parts.env));
  const ids = new Set(units.map(({ id }) => id));
  const isOther = (target: Target): boolean => ids.has(targetText(target));
  const outcomes = await Promise.allSettled(
    units.map((unit) => prepareUnit(unit, { workspace, parts, folderOf, isOther })),
  );
  const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  for (const error of errors) if (!isPlantonError(error)) throw error;
  const [first] = errors.filter(isPlantonError);
  if (first !== undefined) throw allProblems(first, errors.filter(isPlantonError));
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
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

/** What many manifests have in common, such as a missing token, is said once. */
function allProblems(first: PlantonError, errors: readonly PlantonError[]): PlantonError {
  const problems = new Map<string, Problem>();
  for (const problem of errors.flatMap(problemsOf)) problems.set(JSON.stringify(problem), problem);
  const { code, hint } = first;
  const message = problems.size === 1 ? first.message : `${problems.size} problems`;
  return new PlantonError({ code, message, hint, problems: [...problems.values()], cause: first });
}

interface UnitAround {
  readonly workspace: Workspace;
  readonly parts: SessionDependencies;
  readonly folderOf: (projectDir: string) => ProjectFolder;
  readonly isOther: (target: Target) => boolean;
}

async function prepareUnit(unit: Unit, { workspace, parts, folderOf, isOther }: UnitAround): Promise<PreparedUnit> {
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
  const prepared = await prepareReading(
    { reading, ...place, ...folderOf(projectDir), workspace: shared, selection, isOther },
    parts,
  );
  const { choice, credentials, provider, backend, project } = prepared;
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
  const ref = {
    backendUrl: backend.url,
    project: project?.name ?? newProjectName(projectDir, shared),
    stack: choice.stack,
    dir: projectDir,
  };
  return { ...unit, selection, prepared, ref, secrets, account };
}

/** The vendor's plugin that a unit's program needs. */
export function vendorOf({ prepared }: PreparedUnit, { vendors }: Pick<SessionDependencies, "vendors">) {
  return findVendor(vendors, prepared.entry.provider);
}
