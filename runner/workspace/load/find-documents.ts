import { basename, dirname, relative, resolve, sep } from "node:path";
import type { Catalog } from "../../../contract/catalog.js";
import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { locationOf } from "../../manifest/decode/source-map.js";
import { looksLikeManifest, mentionsManifest } from "../../manifest/find-manifest.js";
import { type PeekedManifest, peekManifest } from "../../manifest/peek-manifest.js";
import { parseYamlDocuments, type YamlDocument } from "../../manifest/yaml/parse-yaml.js";
import type { Workspace } from "../../project/workspace/workspace.js";
import { readFileText } from "../../system/read-file-text.js";
import { shellQuote } from "../../system/shell-quote.js";
import { findManifestFiles, type ManifestFiles } from "./find-manifest-files.js";
import { isFolder } from "./workspace-of-paths.js";

/** What {@link findDocuments} reads. */
interface FindDocumentsInput {
  readonly catalog: Catalog;
  readonly workspace: Workspace;
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly stdin: string | undefined;
  readonly readOnce?: ReadonlyMap<string, string>;
}

/** A document that is meant to be a manifest or stack input of ours. */
export interface FoundDocument {
  /** As the user would name it, `-` for standard input. */
  readonly file: string;
  /** Of the whole file. It may hold secrets. */
  readonly text: string;
  readonly document: YamlDocument;
  /** The document's place among those of its file, from 0, empty ones not counted. */
  readonly index: number;
  readonly peeked: PeekedManifest;
  /** Folder of its Pulumi project, absolute. */
  readonly projectDir: string;
  /** Path of the file relative to the project folder, with forward slashes; undefined for one that was read once. */
  readonly stackInput: string | undefined;
}

/** The documents behind some paths. */
export interface FoundDocuments {
  /** By file and place in it. */
  readonly documents: readonly FoundDocument[];
  /** Faults of files that cannot be read and of folders that hold no manifest. */
  readonly problems: readonly Problem[];
  /** Files with a manifest, readable or not. */
  readonly files: readonly string[];
  /** Documents of other tools. */
  readonly skipped: number;
  /** True when the paths hold all of the workspace. */
  readonly isWhole: boolean;
  /** True when every file could be read. */
  readonly isReadable: boolean;
  /** Folders below that are workspaces of their own, and of which nothing is here. */
  readonly workspaces: readonly string[];
}

interface InputFile {
  readonly file: string;
  /** True when the user named the file itself: it is read whatever it holds. */
  readonly isNamed: boolean;
  /** Given for what can be read only once. */
  readonly text: string | undefined;
}

interface Folder extends ManifestFiles {
  readonly path: string;
}

/** Finds and reads the files behind paths. What is wrong with one is among the problems, with its place. */
export function findDocuments(input: FindDocumentsInput): FoundDocuments {
  const { cwd, workspace } = input;
  const files = new Map<string, InputFile>();
  const folders: Folder[] = [];
  for (const path of input.paths) {
    const text = path === "-" ? (input.stdin ?? "") : input.readOnce?.get(path);
    if (text !== undefined) files.set(path, { file: path, isNamed: true, text });
    else if (isFolder(resolve(cwd, path)) && !isOfOverlays(resolve(cwd, path), workspace))
      folders.push({ path, ...findManifestFiles({ workspace, folder: path, cwd }) });
    else files.set(resolve(cwd, path), { file: path, isNamed: true, text });
  }
  for (const { file } of folders.flatMap((folder) => folder.files.map((file) => ({ file })))) {
    const path = resolve(cwd, file);
    if (!files.has(path)) files.set(path, { file, isNamed: false, text: undefined });
  }
  const readings = [...files.values()].sort(byFile).map((file) => readDocuments(file, input));
  const ours = readings.filter(({ isOurs }) => isOurs).map(({ file }) => file);
  const isWhole = folders.some(({ path }) => isAtOrAbove(resolve(cwd, path), workspace.root));
  return {
    documents: readings.flatMap(({ documents }) => documents),
    problems: [...readings.flatMap(({ problems }) => problems), ...folderProblems(folders, ours, input, isWhole)],
    files: ours,
    skipped: readings.reduce((sum, { skipped }) => sum + skipped, 0),
    isWhole,
    isReadable: readings.every(({ problems }) => problems.length === 0),
    workspaces: folders.flatMap((folder) => folder.workspaces),
  };
}

interface FileReading {
  readonly file: string;
  readonly documents: readonly FoundDocument[];
  readonly problems: readonly Problem[];
  readonly skipped: number;
  /** True for a file with a manifest of ours, also one with a fault for which it cannot be read. */
  readonly isOurs: boolean;
}

function readDocuments(input: InputFile, { catalog, cwd, workspace }: FindDocumentsInput): FileReading {
  const { file, isNamed } = input;
  const path = resolve(cwd, file);
  const isRead = input.text === undefined;
  const fault = (problems: readonly Problem[]): FileReading => ({
    file,
    documents: [],
    problems,
    skipped: 0,
    isOurs: true,
  });
  // It was read and checked with the workspace.
  if (isNamed && path === workspace.file) return fault([]);
  if (isNamed && isRead && isOfOverlays(path, workspace)) return fault([overlay(file, workspace, cwd)]);
  let text = input.text;
  try {
    text ??= readFileText({ file, cwd });
    const all = parseYamlDocuments({ file, text });
    const looking = all.filter(({ root }) => looksLikeManifest(root, catalog));
    const ours = isNamed && looking.length === 0 ? all : looking;
    if (isNamed && all.length === 0) return fault([nothingInFile(file)]);
    const projectDir = isRead ? dirname(path) : cwd;
    const stackInput = isRead ? basename(path) : undefined;
    const documents = ours.map((document) => ({
      file,
      text: text ?? "",
      document,
      index: all.indexOf(document),
      peeked: peekManifest(catalog, file, document.root),
      projectDir,
      stackInput,
    }));
    return { file, documents, problems: [], skipped: all.length - ours.length, isOurs: ours.length > 0 };
  } catch (error) {
    if (!isPlantonError(error) || error.exitCode === 255) throw error;
    // A folder may hold YAML of other tools, such as templates that are no YAML yet.
    const isOther = !isNamed && text !== undefined && !mentionsManifest(text);
    return isOther ? { file, documents: [], problems: [], skipped: 1, isOurs: false } : fault(problemsOf(error));
  }
}

function folderProblems(
  folders: readonly Folder[],
  ours: readonly string[],
  { workspace, cwd }: FindDocumentsInput,
  isWhole: boolean,
): Problem[] {
  const paths = ours.map((file) => resolve(cwd, file));
  return folders.flatMap((folder) => {
    const isEmpty = !paths.some((path) => isAtOrAbove(resolve(cwd, folder.path), path));
    const kustomized = folder.kustomizations.filter((file) => {
      return isEmpty || paths.some((path) => isAtOrAbove(dirname(resolve(cwd, file)), path));
    });
    return [
      ...folder.problems,
      ...kustomized.map(kustomization),
      ...(isEmpty && kustomized.length === 0 ? [nothingInFolder(folder)] : []),
      ...(isWhole ? folder.unusedGlobs.map((index) => unusedGlob(workspace, index, cwd)) : []),
    ];
  });
}

function nothingInFolder({ path, workspaces }: Folder): Problem {
  const others = workspaces.slice(0, 3).map((folder) => shellQuote(folder));
  return {
    code: "E_LOAD_NOT_FOUND",
    severity: "error",
    file: path,
    message: "no stack input or manifest is below this folder",
    hint:
      others.length === 0
        ? "looked for *.yaml and *.yml with target, or with kind and spec and no other tool's apiVersion, that .gitignore and .plantonignore do not leave out; name a file to check it whatever it holds"
        : `what has a planton.yaml of its own is a workspace of its own: name ${others.join(", ")}`,
  };
}

function kustomization(file: string): Problem {
  const folder = shellQuote(dirname(file));
  return {
    code: "E_WORKSPACE",
    severity: "error",
    file,
    message: "this folder is made for kustomize, and what kustomize changes in its manifests would be lost",
    hint: `pipe it: kustomize build ${folder} | planton up -f -; or leave the folder out with .plantonignore`,
  };
}

function unusedGlob({ file, places, manifests }: Workspace, index: number, cwd: string): Problem {
  return {
    code: "E_WORKSPACE",
    severity: "warning",
    ...(file === undefined ? {} : { file: relative(cwd, file) }),
    ...locationOf(places, `manifests[${index}]`),
    message: `no YAML file matches "${manifests?.[index] ?? ""}"`,
    hint: "globs start from the folder of planton.yaml; * stays in a folder, ** goes through folders",
  };
}

function nothingInFile(file: string): Problem {
  const hint = "write a manifest with apiVersion, kind, metadata and spec";
  return { code: "E_LOAD_EMPTY", severity: "error", file, message: "the file holds nothing", hint };
}

function overlay(file: string, { root }: Workspace, cwd: string): Problem {
  return {
    code: "E_OVERLAY",
    severity: "error",
    file,
    message: "an overlay is checked together with the manifest that it changes",
    hint: `name the workspace: planton validate ${shellQuote(relative(cwd, root) || ".")}`,
  };
}

function isOfOverlays(path: string, { root }: Workspace): boolean {
  return isAtOrAbove(resolve(root, "overlays"), path);
}

function isAtOrAbove(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function byFile(a: InputFile, b: InputFile): number {
  return a.file < b.file ? -1 : Number(a.file > b.file);
}
