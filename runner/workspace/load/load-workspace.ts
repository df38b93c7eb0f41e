import type { Catalog } from "../../../contract/catalog.js";
import { isPlantonError, PlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { checkDocument } from "../../manifest/read-stack-input.js";
import type { ProjectTrust } from "../../project/project-trust.js";
import { makeTarget, type Target } from "../../project/target-name.js";
import {
  assertEnvironment,
  manifestEnvironments,
  type WorkspaceContext,
  workspaceContext,
} from "../../project/workspace/effective-manifest.js";
import { strayOverlays } from "../../project/workspace/overlays.js";
import type { Workspace } from "../../project/workspace/workspace.js";
import { groupBy } from "../../system/group-by.js";
import { placeIn, type Unit, unitId, unitTarget } from "../unit.js";
import { type FoundDocument, findDocuments } from "./find-documents.js";
import { type SaidManifest, uselessOverlays } from "./useless-overlays.js";
import { workspaceOfPaths } from "./workspace-of-paths.js";

/** What {@link loadWorkspace} loads. */
export interface LoadWorkspaceInput {
  readonly catalog: Catalog;
  /** Folder that paths start from, absolute. */
  readonly cwd: string;
  readonly trust: ProjectTrust;
  /** Paths of `-f`: folders, files, or `-`; at least one. */
  readonly paths: readonly string[];
  /** Text of standard input, for `-`. */
  readonly stdin: string | undefined;
  /** Texts of other paths that can be read only once, such as pipes, by path. */
  readonly readOnce?: ReadonlyMap<string, string>;
  /** `--env`; undefined: every environment of the workspace. */
  readonly env: string | undefined;
  /** True for commands that change or preview: in a workspace with environments `env` must be given. */
  readonly needsEnvironment: boolean;
  /** `--kind`: kind of documents that do not say theirs. */
  readonly kind?: string;
}

/** A folder of manifests, or a part of one. */
export interface WorkspaceReading {
  readonly workspace: Workspace;
  /** True when all manifests of the workspace were asked for, so that what is not here is nowhere in it. */
  readonly isWhole: boolean;
  /** Each manifest without an error, in each of its environments that were asked for; by file, document, environment. */
  readonly units: readonly Unit[];
  /** Manifests with errors, one without env in any; undefined when it is not known who one is. They are no units. */
  readonly unread: readonly Target[] | undefined;
  /** Errors and warnings of all files, each once, by file and position. */
  readonly problems: readonly Problem[];
  /** Files that hold a manifest, as the user would name them. */
  readonly files: readonly string[];
  /** How many documents of other tools, such as Kubernetes, were passed over. */
  readonly skipped: number;
  /** Folders below with a planton.yaml of their own, of which nothing is loaded. */
  readonly workspaces: readonly string[];
}

/**
 * Loads the manifests of folders, files or standard input as they are applied: in each environment, with overlays. All
 * faults come at once, among the problems. Throws E_USAGE for paths that do not belong together, E_PROJECT_INVALID for
 * planton.yaml, E_ENVIRONMENT for an environment that is missing or unknown.
 */
export function loadWorkspace(input: LoadWorkspaceInput): WorkspaceReading {
  const workspace = workspaceOfPaths(input);
  const asked = askedEnvironments(workspace, input);
  const found = findDocuments({ ...input, workspace });
  const contextIn = openContexts(workspace, input);
  const loaded = found.documents.map((document) => loadDocument({ document, workspace, asked, contextIn, input }));
  const units = loaded.flatMap((one) => one.units);
  const contexts = asked.map((env) => ({ env, context: contextIn(env) }));
  const problems = [
    ...found.problems,
    ...contexts.flatMap(({ context }) => context?.problems ?? []),
    ...loaded.flatMap((one) => one.problems),
    ...doubles(units, asked),
    ...(found.isWhole ? strayOverlays({ ...input, workspace }) : []),
    ...(found.isWhole ? uselessOverlays(contexts, loaded.map(said), found.isReadable) : []),
  ];
  const { isWhole, files, skipped, workspaces } = found;
  const unread = found.isReadable ? unreadTargets(loaded) : undefined;
  return { workspace, isWhole, units, unread, problems: problemsInOrder(problems), files, skipped, workspaces };
}

/** The environments of the workspace that are asked for. */
function askedEnvironments(workspace: Workspace, { env, needsEnvironment }: LoadWorkspaceInput): readonly string[] {
  const known = [...workspace.environments.keys()];
  if (env !== undefined) {
    assertEnvironment(workspace, env);
    return [env];
  }
  if (!needsEnvironment || known.length === 0) return known;
  const message = `the workspace "${workspace.name}" has environments, and none is named`;
  const hint = `pass ${known.map((name) => `--env ${name}`).join(" or ")}`;
  throw new PlantonError({ code: "E_ENVIRONMENT", message, hint });
}

type ContextIn = (env: string | undefined) => WorkspaceContext | undefined;

/** What the workspace adds in each environment; each is opened once. Nothing without a planton.yaml. */
function openContexts(workspace: Workspace, { catalog, cwd }: LoadWorkspaceInput): ContextIn {
  const contexts = new Map<string | undefined, WorkspaceContext>();
  return (env) => {
    if (workspace.file === undefined) return undefined;
    const context = contexts.get(env) ?? workspaceContext({ workspace, env, catalog, cwd });
    contexts.set(env, context);
    return context;
  };
}

interface LoadDocumentInput {
  readonly document: FoundDocument;
  readonly workspace: Workspace;
  readonly asked: readonly string[];
  readonly contextIn: ContextIn;
  readonly input: LoadWorkspaceInput;
}

/** A document in its environments. */
interface LoadedDocument {
  readonly document: FoundDocument;
  readonly units: readonly Unit[];
  readonly problems: readonly Problem[];
  /** All that it is for, whether asked for or not. */
  readonly environments: readonly (string | undefined)[];
}

function loadDocument({ document, workspace, asked, contextIn, input }: LoadDocumentInput): LoadedDocument {
  const { file, peeked } = document;
  const { names: environments, problems } = manifestEnvironments(peeked, { file, workspace });
  const isAsked = (env: string | undefined): boolean =>
    workspace.environments.size === 0 || (env !== undefined && asked.includes(env));
  // One that is for no environment that is there is read all the same: its other faults come with that one.
  const readIn = environments.length === 0 ? asked.slice(0, 1) : environments.filter(isAsked);
  const checks = readIn.map((env) => checkIn(document, env, contextIn(env), input));
  const units = environments.length === 0 ? [] : checks.flatMap(({ unit }) => unit ?? []);
  const found = checks.flatMap(({ env, problems: own }) => own.map((problem) => ({ env, problem, file })));
  return { document, units, problems: [...problems, ...withEnvironments(found, checks.length)], environments };
}

/** What is known of a document whether it is right or not. */
function said({ document: { peeked }, units: [unit], environments }: LoadedDocument): SaidManifest {
  return {
    kind: peeked.kind ?? unit?.target.kind,
    name: peeked.name?.value ?? unit?.target.name,
    environments,
  };
}

/** Undefined when it is not known who one of them is. */
function unreadTargets(loaded: readonly LoadedDocument[]): readonly Target[] | undefined {
  const targets: Target[] = [];
  for (const document of loaded) {
    const { kind, name, environments } = said(document);
    const read = new Set(document.units.map(({ target }) => target.env));
    const envs = environments.length === 0 ? [undefined] : environments.filter((env) => !read.has(env));
    if (envs.length === 0) continue;
    if (kind === undefined || name === undefined) return undefined;
    targets.push(...envs.map((env) => makeTarget({ kind, name, env })));
  }
  return targets;
}

/** A document in one environment. */
interface DocumentCheck {
  readonly env: string | undefined;
  /** Undefined when it has an error. */
  readonly unit: Unit | undefined;
  readonly problems: readonly Problem[];
}

function checkIn(
  found: FoundDocument,
  env: string | undefined,
  around: WorkspaceContext | undefined,
  { catalog, kind }: LoadWorkspaceInput,
): DocumentCheck {
  const { file, text, document, projectDir, stackInput, index } = found;
  const given = { catalog, file, text, context: around?.context, ...(kind === undefined ? {} : { kind }) };
  try {
    const reading = checkDocument(given, document);
    const target = unitTarget(reading);
    const unit = { id: unitId(target), target, reading, projectDir, stackInput, documentIndex: index };
    return { env, unit, problems: reading.warnings };
  } catch (error) {
    if (!isPlantonError(error) || error.exitCode === 255) throw error;
    // What overlays that cannot be read would have changed is not known, so that no rule can be held against it.
    const isUnknown = around?.problems.some(({ severity }) => severity === "error") === true;
    const problems = problemsOf(error).filter(({ code }) => !(isUnknown && code === "E_RULE_VIOLATED"));
    return { env, unit: undefined, problems };
  }
}

/** A problem of a manifest in one environment. */
interface EnvironmentProblem {
  readonly env: string | undefined;
  readonly problem: Problem;
  /** The manifest's. */
  readonly file: string;
}

/** Each problem once; one in some of `count` environments alone names them, unless its own file does so by its path. */
function withEnvironments(found: readonly EnvironmentProblem[], count: number): Problem[] {
  return [...groupBy(found, ({ problem }) => JSON.stringify(problem)).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { problem, file } = first;
    const envs = new Set(same.flatMap(({ env }) => env ?? []));
    if (envs.size === 0 || envs.size >= count || problem.file !== file) return [problem];
    return [{ ...problem, message: `${problem.message} (in ${[...envs].join(", ")})` }];
  });
}

/** E_WORKSPACE for each unit that another one is already, at its name. */
function doubles(units: readonly Unit[], asked: readonly string[]): Problem[] {
  const found = [...groupBy(units, ({ id }) => id).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((unit) => double(unit, first)),
  );
  return withEnvironments(found, asked.length);
}

function double(unit: Unit, first: Unit): EnvironmentProblem {
  const { kind, name, env } = unit.target;
  const { file, ...place } = placeIn(unit, "target.metadata.name");
  const other = placeIn(first, "target.metadata.name");
  const message = `a second ${kind} "${name}"; the first is in "${other.file}", line ${other.position.line}`;
  const hint = "give one of them another name, or put both into one document";
  return { env, file, problem: { code: "E_WORKSPACE", severity: "error", file, ...place, message, hint } };
}

/** Each problem once, by file and position. */
export function problemsInOrder(problems: readonly Problem[]): Problem[] {
  const all = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...all.values()].sort((a, b) => {
    const byFile = compare(a.file ?? "", b.file ?? "");
    if (byFile !== 0) return byFile;
    const byLine = (a.position?.line ?? 0) - (b.position?.line ?? 0);
    return byLine === 0 ? (a.position?.column ?? 0) - (b.position?.column ?? 0) : byLine;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
