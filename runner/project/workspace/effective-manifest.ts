import { relative } from "node:path";
import type { Catalog } from "../../../contract/catalog.js";
import { isPlantonError, PlantonError, type Problem } from "../../../contract/planton-error.js";
import { locationOf, type SourceLocation } from "../../manifest/decode/source-map.js";
import { isOfAnotherTool } from "../../manifest/find-manifest.js";
import type { ManifestContext, Overlay } from "../../manifest/manifest-context.js";
import { type PeekedManifest, peekManifest } from "../../manifest/peek-manifest.js";
import { type CheckStackInputInput, checkDocument, type StackInputReading } from "../../manifest/read-stack-input.js";
import { parseYamlDocuments, type YamlDocument } from "../../manifest/yaml/parse-yaml.js";
import { suggest } from "../../system/suggest.js";
import type { Target } from "../target-name.js";
import { type OverlaysReading, overlayKey, readOverlays } from "./overlays.js";
import type { Workspace } from "./workspace.js";

/** What {@link readEffectiveManifest} reads. */
export interface EffectiveManifestInput extends Omit<CheckStackInputInput, "context"> {
  /** Undefined outside of every workspace. */
  readonly workspace: Workspace | undefined;
  /** Folder that paths in messages start from, absolute. */
  readonly cwd: string;
  /** `--env`, or the recorded environment. */
  readonly env: string | undefined;
  /** What the stack is recorded to be about; of several documents the one with that kind and name is read. */
  readonly recorded?: Target | undefined;
}

/**
 * The manifest as it is applied: the document of a file, with the overlay, labels, credentials and name of an environment.
 * Command line and language host read it by this function alone. Throws what {@link checkDocument} throws, E_OVERLAY, and
 * E_ENVIRONMENT for an environment that is missing, unknown or not the manifest's.
 */
export function readEffectiveManifest(input: EffectiveManifestInput): StackInputReading {
  const document = documentOf(input);
  const { workspace, catalog, cwd, file } = input;
  const env = environmentOf(peekManifest(catalog, file, document.root), { file, workspace, asked: input.env });
  if (workspace === undefined) return checkDocument(input, document);
  const { context, problems } = workspaceContext({ workspace, env, catalog, cwd });
  // Any overlay that cannot be read could be this manifest's.
  const fault = problems.find(({ severity }) => severity === "error");
  if (fault !== undefined) throw inputProblem({ file, ...fault }, problems);
  return checkDocument({ ...input, context }, document);
}

function documentOf(input: EffectiveManifestInput): YamlDocument {
  const { catalog } = input;
  const all = parseYamlDocuments(input);
  const ours = all.filter(({ root }) => !isOfAnotherTool(root, catalog));
  const documents = ours.length === 0 ? all : ours;
  const [first, second] = documents;
  if (first === undefined) {
    const hint = "write a manifest with apiVersion, kind, metadata and spec";
    throw inputProblem({ code: "E_LOAD_EMPTY", file: input.file, message: "the file holds nothing", hint });
  }
  if (second === undefined) return first;
  const possible = documents.filter((document) => isMeant(input, document));
  if (possible.length === 1 && possible[0] !== undefined) return possible[0];
  throw inputProblem({
    code: "E_LOAD_MULTIPLE_DOCUMENTS",
    file: input.file,
    position: second.root.position,
    message: `the file holds ${documents.length} manifests, and nothing says which one is meant`,
    hint: "apply all of them with planton up -f, or name the stack of one with --stack",
  });
}

/** What the documents of a file are about, as far as they say it themselves; none of a file with one document. */
export function documentTargets(catalog: Catalog, input: { readonly file: string; readonly text: string }): Target[] {
  // A document that is not the last one has a line `---` or `...` behind it.
  if (!/^(---|\.\.\.)/m.test(input.text)) return [];
  const documents = parseYamlDocuments(input);
  if (documents.length < 2) return [];
  return documents.flatMap(({ root }) => {
    const { kind, name } = peekManifest(catalog, input.file, root);
    return kind === undefined || name === undefined ? [] : [{ kind, name: name.value }];
  });
}

/** True for the document that `--kind` or the record names. */
function isMeant(input: EffectiveManifestInput, document: YamlDocument): boolean {
  const { catalog, file, recorded } = input;
  const { kind, name, env, environments } = peekManifest(catalog, file, document.root);
  if (recorded === undefined) return input.kind !== undefined && kind === input.kind;
  if (kind !== recorded.kind) return false;
  if (env !== undefined && env.value !== recorded.env) return false;
  if (env === undefined && environments !== undefined && !environments.some(({ value }) => value === recorded.env))
    return false;
  return (name?.value ?? nameInside(input, document)) === recorded.name;
}

/** The name of a manifest without metadata, which its spec gives; undefined when the document has faults. */
function nameInside(input: EffectiveManifestInput, document: YamlDocument): string | undefined {
  try {
    return checkDocument({ ...input, context: undefined }, document).metadata.name;
  } catch (error) {
    // What is wrong with it is said when it is the one that is meant.
    if (isPlantonError(error)) return undefined;
    throw error;
  }
}

/** Where a manifest is. */
interface ManifestSource {
  readonly file: string;
  readonly workspace: Workspace | undefined;
}

/** The environments that a manifest is for. */
export interface ManifestEnvironments {
  /** Its own that are there, else all of the workspace's; one that is undefined where the manifest is for none. */
  readonly names: readonly (string | undefined)[];
  /** E_ENVIRONMENT for each that the workspace does not have. */
  readonly problems: readonly Problem[];
}

/** The environments that a manifest says it is for, held against those of its workspace. */
export function manifestEnvironments(
  { env, environments }: PeekedManifest,
  { file, workspace }: ManifestSource,
): ManifestEnvironments {
  const known = [...(workspace?.environments.keys() ?? [])];
  if (known.length === 0 && env !== undefined) return { names: [env.value], problems: [] };
  if (env === undefined && environments === undefined) {
    return { names: known.length === 0 ? [undefined] : known, problems: [] };
  }
  const said = env === undefined ? (environments ?? []) : [env];
  return {
    names: [...new Set(said.map(({ value }) => value))].filter((value) => known.includes(value)),
    problems: said
      .filter(({ value }) => !known.includes(value))
      .map(({ value, position, path }) => ({ ...unknownEnvironment(workspace, value), file, position, path })),
  };
}

/** The environment that a manifest is applied in; undefined when it has none. Throws E_ENVIRONMENT. */
function environmentOf(
  peeked: PeekedManifest,
  { asked, ...around }: ManifestSource & { readonly asked: string | undefined },
): string | undefined {
  const { file, workspace } = around;
  const hasEnvironments = (workspace?.environments.size ?? 0) > 0;
  if (asked !== undefined && hasEnvironments) assertEnvironment(workspace, asked);
  const { names, problems } = manifestEnvironments(peeked, around);
  const [fault] = problems;
  if (fault !== undefined) throw inputProblem({ file, ...fault }, problems);
  if (asked === undefined) {
    if (!hasEnvironments || peeked.env !== undefined) return names[0];
    const hint = `pass ${names.map((name) => `--env ${name}`).join(" or ")}`;
    const message = "the workspace has environments, and none is named";
    throw inputProblem({ code: "E_ENVIRONMENT", file, message, hint });
  }
  if (names.includes(asked)) return asked;
  const { position, path } = peeked.env ?? peeked.environments?.[0] ?? { position: peeked.position, path: undefined };
  const place = { code: "E_ENVIRONMENT", file, position, ...(path === undefined ? {} : { path }) } as const;
  if (peeked.env !== undefined) {
    const { value } = peeked.env;
    const message = `the manifest is for the environment "${value}" alone, not for "${asked}"`;
    throw inputProblem({ ...place, message, hint: `pass --env ${value}, or leave it out` });
  }
  if (!hasEnvironments) {
    const message = `the manifest has no environment "${asked}": it names none, and its workspace has none`;
    const hint = "leave --env out, write metadata.env, or give planton.yaml environments";
    throw inputProblem({ ...place, message, hint });
  }
  const message = `the manifest is for ${names.map((name) => `"${name}"`).join(", ")}, not for "${asked}"`;
  throw inputProblem({ ...place, message, hint: "add it to metadata.environments" });
}

/** Throws E_ENVIRONMENT for an environment that the workspace does not have. */
export function assertEnvironment(workspace: Workspace | undefined, env: string): void {
  if (workspace?.environments.has(env) === true) return;
  const fault = unknownEnvironment(workspace, env);
  throw new PlantonError({ ...fault, problems: [fault] });
}

function unknownEnvironment(workspace: Workspace | undefined, env: string): Problem & { readonly hint: string } {
  const known = [...(workspace?.environments.keys() ?? [])];
  const meant = suggest(env, known);
  const list = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  const message =
    workspace?.file === undefined
      ? `there is no environment "${env}", as there is no planton.yaml`
      : `the workspace "${workspace.name}" has no environment "${env}"`;
  const none = "write planton.yaml with environments";
  const hint = meant === undefined ? (workspace?.file === undefined ? none : list) : `did you mean "${meant}"? ${list}`;
  return { code: "E_ENVIRONMENT", severity: "error", message, hint };
}

/** What {@link workspaceContext} is made of. */
interface WorkspaceContextInput {
  readonly workspace: Workspace;
  readonly env: string | undefined;
  readonly catalog: Catalog;
  /** Folder that paths in messages start from, absolute. */
  readonly cwd: string;
}

/** What is around the manifests of one environment. */
export interface WorkspaceContext extends OverlaysReading {
  readonly context: ManifestContext;
}

/** What a workspace adds to the manifests of one environment, with its overlays, which are read here. */
export function workspaceContext({ workspace, env, catalog, cwd }: WorkspaceContextInput): WorkspaceContext {
  const environment = env === undefined ? undefined : workspace.environments.get(env);
  const ofEnvironment = `environments[${JSON.stringify(env)}]`;
  const placeOf = (fieldPath: string): SourceLocation => ({
    ...locationOf(workspace.places, fieldPath),
    ...(workspace.file === undefined ? {} : { file: relative(cwd, workspace.file) }),
  });
  const labelsAt = (labels: Readonly<Record<string, string>>, fieldPath: string) =>
    Object.entries(labels).map(([key, value]) => ({
      key,
      value,
      place: placeOf(`${fieldPath}[${JSON.stringify(key)}]`),
    }));
  const { overlays, problems } =
    env === undefined || environment === undefined
      ? { overlays: new Map<string, Overlay>(), problems: [] }
      : readOverlays({ catalog, root: workspace.root, env, cwd });
  const context: ManifestContext = {
    workspace: workspace.name,
    env,
    labels: [
      ...labelsAt(environment?.labels ?? {}, `${ofEnvironment}.labels`),
      ...labelsAt(workspace.labels, "labels"),
    ],
    credential: (provider) => {
      const id = environment?.credentials[provider];
      const fieldPath = `${ofEnvironment}.credentials[${JSON.stringify(provider)}]`;
      return id === undefined ? undefined : { id, place: placeOf(fieldPath) };
    },
    overlay: (kind, name) => overlays.get(overlayKey(kind, name)),
  };
  return { context, overlays, problems };
}

function inputProblem(
  {
    severity = "error",
    ...problem
  }: Omit<Problem, "severity" | "file"> & {
    readonly file: string;
    readonly severity?: Problem["severity"];
  },
  problems: readonly Problem[] = [{ ...problem, severity }],
): PlantonError {
  const { code, file, message, hint } = problem;
  return new PlantonError({ code, message: `${file}: ${message}`, ...(hint === undefined ? {} : { hint }), problems });
}
