import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  type WorkspaceEnvironment,
  type Workspace as WorkspaceMessage,
  WorkspaceSchema,
} from "../../../apis/gen/es/planton/shared/v1/workspace_pb.js";
import { isPlantonError, PlantonError, type Problem } from "../../../contract/planton-error.js";
import { validate } from "../../manifest/check/validate.js";
import { decode } from "../../manifest/decode/decode-message.js";
import type { SourceMap } from "../../manifest/decode/source-map.js";
import { parseYaml } from "../../manifest/yaml/parse-yaml.js";
import { assertFileBackend, movedBackend, type WorkspaceBackend } from "../backend.js";
import { readProjectText } from "../project-keys.js";
import { assertTrusted, type ProjectTrust } from "../project-trust.js";
import { legalProjectName } from "../target-name.js";

/** The nearest `planton.yaml` at or above a folder, or a folder that stands for one. */
export interface Workspace {
  /** Folder of planton.yaml, absolute. */
  readonly root: string;
  /** Path of planton.yaml, absolute; undefined for a folder without one. */
  readonly file: string | undefined;
  /** Its name, and the Pulumi project of its folders: as it says, else that of its folder. */
  readonly name: string;
  /** True when planton.yaml says the name. */
  readonly isNamed: boolean;
  /** Pulumi backend URL for the folders below, as it says; see {@link workspaceBackend}. */
  readonly backend: string | undefined;
  /** Globs of the manifests, relative to the root; undefined: every YAML file below that is one. */
  readonly manifests: readonly string[] | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** What a resource is called at the vendor, of `{name}` and `{env}`. */
  readonly resourceNames: string;
  readonly environments: ReadonlyMap<string, WorkspaceEnvironment>;
  /** Places of what planton.yaml says, by field paths of the message Workspace. */
  readonly places: SourceMap;
}

/**
 * Finds the workspace of a folder: upward to the root of its repository (the folder with `.git`) or to the user's home,
 * whichever comes first, both looked in; outside of both up to the root of the file system. Undefined when there is none.
 * Throws E_PROJECT_INVALID, also for a planton.yaml of another user.
 */
export function findWorkspace(folder: string, trust: ProjectTrust): Workspace | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const found = readWorkspace(current, trust);
    if (found !== undefined) return found;
    const isEnd = trust.homes.has(current) || existsSync(join(current, ".git"));
    if (isEnd || dirname(current) === current) return undefined;
  }
}

/** The workspace of a planton.yaml in that very folder; undefined when there is none. Throws E_PROJECT_INVALID. */
function readWorkspace(folder: string, trust: ProjectTrust): Workspace | undefined {
  const path = join(folder, "planton.yaml");
  const found = readProjectText(path, "workspace file");
  if (found === undefined) return undefined;
  assertTrusted({ path, ownerUids: found.ownerUids }, trust);
  const { message, places } = readMessage(path, found.text);
  return workspaceOf({ root: folder, file: path, message, places });
}

/** A folder without planton.yaml, as if it had an empty one. */
export function bareWorkspace(root: string): Workspace {
  const places: SourceMap = { byFieldPath: new Map(), keyStyle: "snake" };
  return workspaceOf({ root, file: undefined, message: undefined, places });
}

interface WorkspaceParts {
  readonly root: string;
  readonly file: string | undefined;
  readonly message: WorkspaceMessage | undefined;
  readonly places: SourceMap;
}

function workspaceOf({ root, file, message, places }: WorkspaceParts): Workspace {
  const environments = new Map(Object.entries(message?.environments ?? {}));
  const backend = message?.backend;
  const urls = [backend, ...[...environments.values()].map((environment) => environment.backend)];
  for (const url of urls) if (url !== undefined && file !== undefined) assertFileBackend(url, file);
  return {
    root,
    file,
    name: message?.name ?? legalProjectName(basename(root)),
    isNamed: message?.name !== undefined,
    backend,
    manifests: message === undefined || message.manifests.length === 0 ? undefined : message.manifests,
    labels: message?.labels ?? {},
    resourceNames: message?.resourceNames ?? (environments.size === 0 ? "{name}" : "{name}-{env}"),
    environments,
    places,
  };
}

/** The backends that planton.yaml names for a project folder and an environment. */
export function workspaceBackend(
  workspace: Workspace | undefined,
  env: string | undefined,
  projectDir: string,
): WorkspaceBackend {
  const moved = (url: string | undefined): string | undefined =>
    url === undefined || workspace === undefined ? undefined : movedBackend(url, workspace.root, projectDir);
  const ofEnvironment = env === undefined ? undefined : workspace?.environments.get(env)?.backend;
  return { ofWorkspace: moved(workspace?.backend), ofEnvironment: moved(ofEnvironment) };
}

/** Throws E_PROJECT_INVALID with every fault and its place. */
function readMessage(file: string, text: string): { message: WorkspaceMessage; places: SourceMap } {
  const problems: Problem[] = [];
  try {
    const { root, problems: found } = parseYaml({ file, text });
    const decoded = decode({ file, root, bare: false, schema: WorkspaceSchema });
    // The schema that was decoded with is this message's.
    const message = decoded.message as WorkspaceMessage;
    const { places, failed } = decoded;
    const broken = validate({ file, message: reflect(WorkspaceSchema, message), places, failed, uris: new Set() });
    problems.push(...found, ...decoded.problems, ...broken);
    if (!problems.some(isError)) return { message, places };
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    if (error.code === "E_LOAD_EMPTY") return readMessage(file, "{}");
    problems.push(...error.problems);
  }
  const [first] = problems.filter(isError);
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `workspace file "${file}": ${first?.message ?? "it cannot be used"}`,
    hint: first?.hint ?? "see what it takes: planton explain Workspace",
    problems: problems.map((problem) => ({ ...problem, code: "E_PROJECT_INVALID" })),
  });
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}
