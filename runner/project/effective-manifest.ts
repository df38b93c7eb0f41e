import { relative } from "node:path";
import type { Catalog } from "../../contract/catalog.js";
import { isPlantonError, PlantonError, type Position, type Problem } from "../../contract/planton-error.js";
import { locationOf, type SourceLocation } from "../manifest/decode/source-map.js";
import type { ManifestContext } from "../manifest/manifest-context.js";
import { peekManifest } from "../manifest/peek-manifest.js";
import { type CheckStackInputInput, checkDocument, type StackInputReading } from "../manifest/read-stack-input.js";
import { parseYamlDocuments, type YamlDocument } from "../manifest/yaml/parse-yaml.js";
import { suggest } from "../system/suggest.js";
import { overlayFinder } from "./overlays.js";
import type { Target } from "./target-name.js";
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
  const peeked = peekManifest(catalog, file, document.root);
  const env = environmentOf({ ...peeked, file }, workspace, input.env);
  const context = workspace && workspaceContext({ workspace, env, catalog, cwd });
  return checkDocument({ ...input, context }, document);
}

function documentOf(input: EffectiveManifestInput): YamlDocument {
  const documents = parseYamlDocuments(input);
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

/** True for the document that `--kind` or the record names. */
function isMeant(input: EffectiveManifestInput, document: YamlDocument): boolean {
  const { catalog, file, recorded } = input;
  const { kind, name } = peekManifest(catalog, file, document.root);
  if (recorded === undefined) return input.kind !== undefined && kind === input.kind;
  if (kind !== recorded.kind) return false;
  return (name ?? nameInside(input, document)) === recorded.name;
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

/** What a manifest says of its environments, and where. */
interface ManifestEnvironments {
  readonly file: string;
  readonly position: Position;
  readonly env: string | undefined;
  readonly environments: readonly string[] | undefined;
}

/**
 * The environment that a manifest is applied in; undefined when it has none. Throws E_ENVIRONMENT.
 */
function environmentOf(
  { env, environments, file, position }: ManifestEnvironments,
  workspace: Workspace | undefined,
  asked: string | undefined,
): string | undefined {
  const place = { file, position };
  const known = [...(workspace?.environments.keys() ?? [])];
  if (asked !== undefined && known.length > 0) assertEnvironment(workspace, asked);
  if (env !== undefined) {
    if (known.length > 0) assertEnvironment(workspace, env, place);
    if (asked === undefined || asked === env) return env;
    const message = `the manifest is for the environment "${env}" alone, not for "${asked}"`;
    throw inputProblem({ code: "E_ENVIRONMENT", ...place, message, hint: `pass --env ${env}, or leave it out` });
  }
  if (known.length === 0) {
    if (asked === undefined) return undefined;
    const message = `the manifest has no environment "${asked}": it names none, and its workspace has none`;
    const hint = "leave --env out, write metadata.env, or give planton.yaml environments";
    throw inputProblem({ code: "E_ENVIRONMENT", ...place, message, hint });
  }
  const own = environments ?? known;
  if (asked === undefined) {
    const hint = `pass ${own.map((name) => `--env ${name}`).join(" or ")}`;
    throw inputProblem({
      code: "E_ENVIRONMENT",
      file,
      message: "the workspace has environments, and none is named",
      hint,
    });
  }
  if (own.includes(asked)) return asked;
  const message = `the manifest is for ${own.map((name) => `"${name}"`).join(", ")}, not for "${asked}"`;
  throw inputProblem({ code: "E_ENVIRONMENT", ...place, message, hint: "add it to metadata.environments" });
}

/** Throws E_ENVIRONMENT for an environment that the workspace does not have. */
export function assertEnvironment(
  workspace: Workspace | undefined,
  env: string,
  place: Pick<Problem, "file" | "position"> = {},
): void {
  const known = [...(workspace?.environments.keys() ?? [])];
  if (known.includes(env)) return;
  const meant = suggest(env, known);
  const list = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  const fault = {
    code: "E_ENVIRONMENT",
    message: `the workspace "${workspace?.name ?? ""}" has no environment "${env}"`,
    hint: meant === undefined ? list : `did you mean "${meant}"? ${list}`,
  } as const;
  throw new PlantonError({ ...fault, problems: [{ ...fault, ...place, severity: "error" }] });
}

/** What {@link workspaceContext} is made of. */
interface WorkspaceContextInput {
  readonly workspace: Workspace;
  readonly env: string | undefined;
  readonly catalog: Catalog;
  /** Folder that paths in messages start from, absolute. */
  readonly cwd: string;
}

/** What a workspace adds to the manifests of one environment. Its overlays are read once, when one is asked for. */
export function workspaceContext({ workspace, env, catalog, cwd }: WorkspaceContextInput): ManifestContext {
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
  const overlay =
    env === undefined || environment === undefined
      ? () => undefined
      : overlayFinder({ catalog, root: workspace.root, env, cwd });
  return {
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
    overlay,
  };
}

function inputProblem(problem: Omit<Problem, "severity">): PlantonError {
  const { code, file, message, hint } = problem;
  const problems = [{ ...problem, severity: "error" }] as const;
  return new PlantonError({ code, message: `${file}: ${message}`, ...(hint === undefined ? {} : { hint }), problems });
}
