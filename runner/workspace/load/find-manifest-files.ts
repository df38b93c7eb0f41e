import { type Dirent, existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import picomatch from "picomatch";
import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { isKustomization } from "../../project/workspace/overlays.js";
import type { Workspace } from "../../project/workspace/workspace.js";
import { readFileText, unreadable } from "../../system/read-file-text.js";

/** Where {@link findManifestFiles} looks. */
interface FindManifestFilesInput {
  readonly workspace: Workspace;
  /** The folder as the user named it, at or below the workspace's root. */
  readonly folder: string;
  /** Folder that paths start from, absolute. */
  readonly cwd: string;
}

/** What is in a folder; paths begin with the folder as the user named it, and are sorted. */
export interface ManifestFiles {
  /** Files that may hold manifests. */
  readonly files: readonly string[];
  /** Files that kustomize reads. */
  readonly kustomizations: readonly string[];
  /** Folders that are workspaces of their own; what is in them is left out. */
  readonly workspaces: readonly string[];
  /** Indices of the workspace's globs that no file has matched. */
  readonly unusedGlobs: readonly number[];
  /** E_LOAD_UNREADABLE and the like of folders and ignore files. */
  readonly problems: readonly Problem[];
}

/** Files that leave out others, the later over the earlier. */
const ignoreFiles = [".gitignore", ".plantonignore"] as const;

/** Files of Pulumi and of ours, which are no manifests. */
const otherFiles = /^(planton|Pulumi|Pulumi\..+)\.ya?ml$/;

/** What is found on the way, and what decides about it. */
interface Walk {
  readonly input: FindManifestFilesInput;
  /** Folder that paths in ignore rules start from, absolute. */
  readonly top: string;
  readonly isWanted: (path: string) => boolean;
  readonly files: string[];
  readonly kustomizations: string[];
  readonly workspaces: string[];
  readonly problems: Problem[];
}

/**
 * The files below a folder that may hold manifests: *.yaml and *.yml that the workspace's globs match, without the
 * workspace's `overlays/`, hidden files and folders, `node_modules`, symbolic links, what .gitignore and .plantonignore
 * leave out (those of the folders above too, up to the repository's root), and folders with a planton.yaml of their own.
 */
export function findManifestFiles(input: FindManifestFilesInput): ManifestFiles {
  const start = resolve(input.cwd, input.folder);
  const globs = (input.workspace.manifests ?? []).map((glob, index) => ({ ...compiled(glob), index, isUsed: false }));
  const isWanted = (path: string): boolean => {
    const matching = globs.filter(({ matches }) => matches(path));
    for (const glob of matching) glob.isUsed = true;
    return (
      !matching.some(({ leavesOut }) => leavesOut) && (matching.length > 0 || globs.every(({ leavesOut }) => leavesOut))
    );
  };
  const top = repositoryRoot(start) ?? input.workspace.root;
  const walk: Walk = { input, top, isWanted, files: [], kustomizations: [], workspaces: [], problems: [] };
  visit(walk, start, rulesAbove(walk, start));
  const unusedGlobs = globs.filter(({ isUsed }) => !isUsed).map(({ index }) => index);
  const { files, kustomizations, workspaces, problems } = walk;
  return { files, kustomizations, workspaces, unusedGlobs, problems };
}

interface Glob {
  readonly matches: (path: string) => boolean;
  /** True for a glob that begins with an exclamation mark. */
  readonly leavesOut: boolean;
}

/** A glob for paths relative to the root; one that ends with a slash is for all in that folder. */
function compiled(glob: string): Glob {
  const leavesOut = glob.startsWith("!");
  const pattern = glob
    .replace(/^!/, "")
    .replace(/^\.?\//, "")
    .replace(/\/$/, "/**");
  return { matches: picomatch(pattern), leavesOut };
}

function visit(walk: Walk, folder: string, rulesAround: Ignore): void {
  const { input, top, isWanted } = walk;
  const { root } = input.workspace;
  const entries = entriesOf(walk, folder);
  const names = new Set(entries.map(({ name }) => name));
  if (folder !== resolve(input.cwd, input.folder) && names.has("planton.yaml")) {
    walk.workspaces.push(shown(walk, folder));
    return;
  }
  const rules = withRulesOf(walk, folder, rulesAround, names);
  for (const entry of entries) {
    const { name } = entry;
    const path = join(folder, name);
    if (name.startsWith(".") || name === "node_modules" || path === join(root, "overlays")) continue;
    if (entry.isDirectory()) {
      if (!rules.ignores(`${posix(relative(top, path))}/`)) visit(walk, path, rules);
    } else if (entry.isFile() && !rules.ignores(posix(relative(top, path)))) {
      if (isKustomization(name)) walk.kustomizations.push(shown(walk, path));
      else if (/\.ya?ml$/.test(name) && !otherFiles.test(name) && isWanted(posix(relative(root, path))))
        walk.files.push(shown(walk, path));
    }
  }
}

/** A path as the user would write it. */
function shown({ input: { folder, cwd } }: Walk, path: string): string {
  return join(folder, relative(resolve(cwd, folder), path));
}

function posix(path: string): string {
  return path.split(sep).join("/");
}

function entriesOf(walk: Walk, folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const file = shown(walk, folder);
    walk.problems.push(...problemsOf(unreadable({ file, message: "the folder cannot be read", cause })));
    return [];
  }
}

/** The folder with `.git` at or above a folder. */
function repositoryRoot(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return current;
    if (dirname(current) === current) return undefined;
  }
}

/** The rules of all folders above one; a folder that the user named is read although they leave it out. */
function rulesAbove(walk: Walk, start: string): Ignore {
  const parts = relative(walk.top, start)
    .split(sep)
    .filter((part) => part !== "");
  let rules = ignore({ ignorecase: false });
  for (const index of parts.keys()) rules = withRulesOf(walk, join(walk.top, ...parts.slice(0, index)), rules);
  return rules.add(
    parts.map(
      (_, index) =>
        `!/${parts
          .slice(0, index + 1)
          .map(escaped)
          .join("/")}/`,
    ),
  );
}

/** Rules with those of a folder's own ignore files, which win; the same when it has none. */
function withRulesOf(walk: Walk, folder: string, rules: Ignore, names?: ReadonlySet<string>): Ignore {
  const present = ignoreFiles.filter((name) => names?.has(name) ?? existsSync(join(folder, name)));
  if (present.length === 0) return rules;
  const prefix = posix(relative(walk.top, folder))
    .split("/")
    .filter((part) => part !== "")
    .map(escaped);
  const lines = present.flatMap((name) => linesOf(walk, join(folder, name)));
  return ignore({ ignorecase: false })
    .add(rules)
    .add(lines.map((line) => anchored(line, prefix)));
}

function linesOf(walk: Walk, path: string): string[] {
  try {
    return readFileText({ file: relative(walk.input.cwd, path), cwd: walk.input.cwd }).split(/\r?\n/);
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    walk.problems.push(...problemsOf(error));
    return [];
  }
}

/** A rule of a folder as a rule of the folder that all paths start from. */
function anchored(line: string, prefix: readonly string[]): string {
  const rule = line.replace(/(?<!\\)[ \t]+$/, "");
  if (rule === "" || rule.startsWith("#") || prefix.length === 0) return rule;
  const [not, pattern] = rule.startsWith("!") ? ["!", rule.slice(1)] : ["", rule];
  const isOfOneFolder = /\/./.test(pattern);
  return `${not}/${prefix.join("/")}/${isOfOneFolder ? pattern.replace(/^\//, "") : `**/${pattern}`}`;
}

/** A name of a folder as an ignore rule means it to the letter. */
function escaped(name: string): string {
  return name.replace(/[\\*?[\]!# ]/g, "\\$&");
}
