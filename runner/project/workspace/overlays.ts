import { readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Catalog } from "../../../contract/catalog.js";
import { isPlantonError, type Problem, problemsOf } from "../../../contract/planton-error.js";
import { findManifest, isOfAnotherTool, looksLikeManifest } from "../../manifest/find-manifest.js";
import type { Overlay } from "../../manifest/manifest-context.js";
import { peekManifest } from "../../manifest/peek-manifest.js";
import { resolveKind } from "../../manifest/resolve-kind.js";
import { parseYamlDocuments, type YamlDocument } from "../../manifest/yaml/parse-yaml.js";
import { nodeOf } from "../../manifest/yaml/yaml-node.js";
import { readFileText, unreadable } from "../../system/read-file-text.js";
import { suggest } from "../../system/suggest.js";
import type { Workspace } from "./workspace.js";

/** What {@link readOverlays} reads. */
interface ReadOverlaysInput {
  readonly catalog: Catalog;
  /** Root of the workspace, absolute. */
  readonly root: string;
  readonly env: string;
  /** Folder that paths in messages start from, absolute. */
  readonly cwd: string;
}

/** The overlays of an environment, and what is wrong with them. */
export interface OverlaysReading {
  /** By {@link overlayKey}. */
  readonly overlays: ReadonlyMap<string, Overlay>;
  /** Faults of files that cannot be read, E_OVERLAY for documents that are for no manifest or a second one for it. */
  readonly problems: readonly Problem[];
}

/** The key of a manifest's overlay. */
export function overlayKey(kind: string, name: string): string {
  return `${kind}/${name}`;
}

/** Reads every document of `overlays/<env>/*.yaml` below the workspace's root. Those of other tools are passed over. */
export function readOverlays({ catalog, root, env, cwd }: ReadOverlaysInput): OverlaysReading {
  const overlays = new Map<string, Overlay>();
  const problems: Problem[] = [];
  for (const path of yamlFilesIn(join(root, "overlays", env), cwd, problems)) {
    const file = relative(cwd, path);
    for (const document of documentsOf(file, cwd, problems)) {
      problems.push(...document.problems);
      const { overlay, problems: found } = overlayOf(catalog, document);
      problems.push(...found);
      if (overlay === undefined) continue;
      const key = overlayKey(overlay.kind, overlay.name);
      const first = overlays.get(key);
      if (first === undefined) overlays.set(key, overlay);
      else problems.push(second(overlay, first));
    }
  }
  return { overlays, problems };
}

/** What {@link strayOverlays} reads. */
interface StrayOverlaysInput {
  readonly catalog: Catalog;
  readonly workspace: Workspace;
  /** Folder that paths in messages start from, absolute. */
  readonly cwd: string;
}

/**
 * E_OVERLAY for each file below `overlays/` that has a manifest's form and lies in no folder of an environment, so that
 * it would be read by nobody.
 */
export function strayOverlays({ catalog, workspace, cwd }: StrayOverlaysInput): Problem[] {
  const { root } = workspace;
  const environments = [...workspace.environments.keys()];
  return yamlFilesBelow(join(root, "overlays"), cwd, []).flatMap((path) => {
    const [folder = "", ...rest] = relative(join(root, "overlays"), path).split(/[\\/]/);
    if (rest.length === 1 && environments.includes(folder)) return [];
    const file = relative(cwd, path);
    const ours = documentsOf(file, cwd, []).find((document) => looksLikeManifest(document.root, catalog));
    if (ours === undefined) return [];
    const meant = rest.length === 0 ? undefined : suggest(folder, environments);
    const known =
      environments.length === 0 ? "the workspace has no environments" : `they are ${environments.join(", ")}`;
    const message = "the overlay lies in no folder of an environment, so that nothing reads it";
    const hint = meant === undefined ? `put it into overlays/ENV/; ${known}` : `did you mean overlays/${meant}/?`;
    return [{ code: "E_OVERLAY", severity: "error", file, position: ours.root.position, message, hint } as const];
  });
}

/** True for the name of the file that kustomize reads first in a folder. */
export function isKustomization(name: string): boolean {
  return /^kustomization\.ya?ml$|^Kustomization$/.test(name);
}

/** The documents of a file; none, with its faults among the problems, when it cannot be read. */
function documentsOf(file: string, cwd: string, problems: Problem[]): readonly YamlDocument[] {
  try {
    return parseYamlDocuments({ file, text: readFileText({ file, cwd }) });
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    problems.push(...problemsOf(error));
    return [];
  }
}

function yamlFilesIn(folder: string, cwd: string, problems: Problem[]): string[] {
  return entriesOf(folder, cwd, problems).flatMap((entry) => {
    return entry.isFile() && /^[^.].*\.ya?ml$/.test(entry.name) ? [join(folder, entry.name)] : [];
  });
}

function yamlFilesBelow(folder: string, cwd: string, problems: Problem[]): string[] {
  const folders = entriesOf(folder, cwd, problems).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("."),
  );
  return [
    ...yamlFilesIn(folder, cwd, problems),
    ...folders.flatMap(({ name }) => yamlFilesBelow(join(folder, name), cwd, problems)),
  ];
}

/** Sorted by name. */
function entriesOf(folder: string, cwd: string, problems: Problem[]) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    // An environment needs no overlays.
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return [];
    const file = relative(cwd, folder);
    problems.push(...problemsOf(unreadable({ file, message: "the folder cannot be read", cause })));
    return [];
  }
}

interface FoundOverlay {
  readonly overlay?: Overlay;
  readonly problems: readonly Problem[];
}

function overlayOf(catalog: Catalog, { file, text, root }: YamlDocument): FoundOverlay {
  const fault = { code: "E_OVERLAY", severity: "error", file, position: root.position } as const;
  if (isOfKustomize(file, root)) {
    const message = "this is a file of kustomize, not an overlay of planton";
    const hint = "pipe it: kustomize build DIR | planton up -f - --env ENV";
    return { problems: [{ ...fault, message, hint }] };
  }
  if (isOfAnotherTool(root, catalog)) return { problems: [] };
  const { manifest, bare, problems } = findManifest(file, root);
  const { entry, problems: ofKind } = manifest
    ? resolveKind({ catalog, file, manifest, path: bare ? "" : "target" })
    : { entry: undefined, problems };
  const errors = ofKind.filter(({ severity }) => severity === "error");
  const { name } = peekManifest(catalog, file, root);
  const hint = "write apiVersion, kind and metadata.name of the manifest that it changes";
  if (errors.length > 0) return { problems: errors.map((problem) => ({ ...problem, code: "E_OVERLAY" })) };
  if (entry === undefined || name === undefined) {
    const missing = entry === undefined ? "kind" : "metadata.name";
    return { problems: [{ ...fault, message: `the overlay has no ${missing}, so that it is for no manifest`, hint }] };
  }
  const place = { position: name.position, path: name.path, file };
  return { overlay: { file, text, root, bare, kind: entry.kind, name: name.value, place }, problems: [] };
}

function isOfKustomize(file: string, root: YamlDocument["root"]): boolean {
  const version = nodeOf(root, "apiVersion");
  if (version?.kind === "scalar" && version.source.startsWith("kustomize.config.k8s.io/")) return true;
  return isKustomization(basename(file));
}

function second({ kind, name, file, place }: Overlay, first: Overlay): Problem {
  const { position, path } = place;
  const message = `a second overlay of ${kind} "${name}"; the first is in "${first.file}", line ${first.place.position.line}`;
  return { code: "E_OVERLAY", severity: "error", file, position, path, message, hint: "put both into one document" };
}
