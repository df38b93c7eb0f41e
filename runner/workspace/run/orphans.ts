import { operateOn, type SessionRequest } from "../../operation/perform-operation.js";
import { type Backend, chooseBackend } from "../../project/backend.js";
import { foldersBelow } from "../../project/find-stack.js";
import { ensureProject, newProjectName, type Project, readProject } from "../../project/project-file.js";
import { projectTrust } from "../../project/project-trust.js";
import { isSandboxStack } from "../../project/stack-name.js";
import {
  readStackRecord,
  readStackRecords,
  setEncryptionSalt,
  writeStackRecord,
} from "../../project/stack-settings.js";
import type { Target } from "../../project/target-name.js";
import { type Workspace, workspaceBackend } from "../../project/workspace/workspace.js";
import { type StackRef, stackKey } from "../../pulumi/stack-ref.js";
import { exportStack, saltIn } from "../../pulumi/state/export-stack.js";
import { taggedStacks } from "../../pulumi/state/stack-tags.js";
import { pulumiEnvironment } from "../../session/prepare-stack.js";
import { openLostSession } from "../../session/recorded-session.js";
import { identityIn, isShared } from "../../session/stack-identity.js";
import type { SessionDependencies } from "../../session/stack-session.js";
import { isSandbox } from "../../system/planton-home.js";
import { unitId } from "../unit.js";
import { failureOf, type UnitEnd, unitEnd } from "./apply-unit.js";
import type { RunOutcome } from "./run-in-order.js";
import { isApplied, type WorkspaceRun } from "./workspace-run.js";

/** A stack of a workspace that no manifest names any more. */
export interface Orphan {
  /** The stack's name. */
  readonly id: string;
  readonly target: Target;
  readonly ref: StackRef;
  /** Stacks whose outputs it takes, as `organization/project/stack`. */
  readonly refersTo: readonly string[];
  /** URNs of resources that Pulumi may not delete. */
  readonly protectedUrns: readonly string[];
}

/** What {@link findOrphans} searches in. */
interface FindOrphansInput {
  readonly run: WorkspaceRun;
  readonly env: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The stacks of this workspace and environment that no manifest names any more and that hold something: by the settings
 * files below its root and, on `file://` backends, by the tags of stacks as well. Throws E_PULUMI, E_PROJECT_INVALID.
 */
export async function findOrphans({ run, env, environment }: FindOrphansInput): Promise<readonly Orphan[]> {
  const named = new Set(run.graph.units.map(({ id }) => id));
  const known = new Set([...run.units.values()].map(({ ref }) => stackKey(ref)));
  const orphans: Orphan[] = [];
  const unnamed = knownStacks(run, environment).filter(({ target, ref }) => {
    if (target.env !== env || named.has(unitId(target)) || known.has(stackKey(ref))) return false;
    known.add(stackKey(ref));
    return true;
  });
  await run.reader.readAll(unnamed.map(({ ref }) => ref));
  for (const { target, ref } of unnamed) {
    const stack = await run.reader.read(ref);
    if (isApplied(stack)) {
      const { refersTo = [], protectedUrns = [] } = stack.state ?? {};
      orphans.push({ id: ref.stack, target, ref, refersTo, protectedUrns });
    }
  }
  return orphans.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A stack that somebody in this workspace has made. */
interface KnownStack {
  readonly target: Target;
  readonly ref: StackRef;
}

/** Every stack that settings files or tags say is of this workspace, in any environment. */
export function knownStacks(run: WorkspaceRun, environment: FindOrphansInput["environment"]): readonly KnownStack[] {
  const all = [...recordedStacks(run, environment), ...stacksByTags(run, environment)];
  return all.filter(({ ref }) => isSandboxStack(ref.stack) === isSandbox(environment));
}

function recordedStacks({ workspace }: WorkspaceRun, environment: FindOrphansInput["environment"]): KnownStack[] {
  const trust = projectTrust(environment);
  return foldersBelow(workspace.root, maxDepth).flatMap((dir) => {
    const records = readStackRecords(dir);
    const project = records.length === 0 ? undefined : readProject(dir, trust);
    if (project === undefined) return [];
    return records.flatMap(({ stack, target }) => {
      if (target === undefined) return [];
      const { url: backendUrl } = backendIn({ dir, project, env: target.env, workspace, environment });
      return [{ target, ref: { backendUrl, project: project.name, stack, dir } }];
    });
  });
}

const maxDepth = 8;

interface BackendInInput {
  /** Project folder. */
  readonly dir: string;
  readonly project: Project | undefined;
  /** Environment of the stack. */
  readonly env: string | undefined;
  readonly workspace: Workspace;
  readonly environment: FindOrphansInput["environment"];
}

function backendIn({ dir, project, env, workspace, environment }: BackendInInput): Backend {
  const named = workspaceBackend(isShared(workspace) ? workspace : undefined, env, dir);
  return chooseBackend({ env: environment, project, workspace: named });
}

/** Stacks of `file://` backends that say by their tags that they are this workspace's. */
function stacksByTags(run: WorkspaceRun, environment: FindOrphansInput["environment"]): KnownStack[] {
  const { workspace, units } = run;
  if (!isShared(workspace)) return [];
  const dir = workspace.root;
  const project = readProject(dir, projectTrust(environment));
  // Those of manifests that are all gone are where the workspace says.
  const atRoot = [undefined, ...workspace.environments.keys()].map((env) => {
    const { url: backendUrl } = backendIn({ dir, project, env, workspace, environment });
    return { backendUrl, project: project?.name ?? newProjectName(dir, workspace), dir };
  });
  const places = [...atRoot, ...[...units.values()].map(({ ref }) => ref)];
  const byFolder = new Map(places.map((place) => [stackKey({ ...place, stack: "" }), place]));
  return [...byFolder.values()].flatMap((place) =>
    taggedStacks(place).flatMap(({ stack, tags }) => {
      const { workspace: madeIn, target } = identityIn(tags);
      return madeIn === workspace.name && target !== undefined ? [{ target, ref: { ...place, stack } }] : [];
    }),
  );
}

/** Destroys an orphan. A fresh checkout has no settings file of it: it is made of the stack's tags. */
export async function destroyOrphan(
  { id, ref, target }: Orphan,
  { run, allowDataLoss }: { readonly run: WorkspaceRun; readonly allowDataLoss: boolean },
): Promise<RunOutcome<UnitEnd>> {
  const dependencies = run.operationFor({ id, ref, secrets: [] });
  const { parts } = dependencies;
  if (readStackRecord(ref.dir, ref.stack) === undefined) await writeSettings({ ref, target, run, parts });
  const session = await openLostSession(ref, parts);
  const request: SessionRequest = {
    name: "destroy",
    stage: "confirmed",
    yes: true,
    allowDataLoss,
    debugDir: run.debugDir,
    extra: [],
    arguments: `--stack ${ref.stack}`,
    isDetached: true,
  };
  const end = await operateOn(session, request, dependencies);
  run.reader.forget(ref);
  return end.code === 0 ? { result: "succeeded", data: unitEnd(end) } : failureOf(end, { id }, run);
}

async function writeSettings({
  ref,
  target,
  run,
  parts,
}: KnownStack & { run: WorkspaceRun; parts: SessionDependencies }) {
  const { workspace } = run;
  const trust = projectTrust(parts.env);
  const backend = backendIn({ dir: ref.dir, project: undefined, env: target.env, workspace, environment: parts.env });
  ensureProject({ dir: ref.dir, workspace, backendUrl: backend.ofNewProject, trust });
  const engine = await parts.installEngine(undefined);
  const env = pulumiEnvironment({ env: parts.env, engineFolder: engine.folder, backendUrl: ref.backendUrl });
  const pulumi = parts.openPulumi({ engine, cwd: ref.dir, env, secrets: [] });
  const { tags } = await run.reader.read(ref);
  const { record } = identityIn(tags);
  writeStackRecord(ref.dir, { ...record, stack: ref.stack, target });
  const exported = await exportStack(pulumi, ref.stack);
  setEncryptionSalt(ref.dir, ref.stack, exported === undefined ? undefined : saltIn(exported));
}
