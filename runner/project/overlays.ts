import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Catalog } from "../../contract/catalog.js";
import { isPlantonError, PlantonError, type Problem, problemsOf } from "../../contract/planton-error.js";
import type { Overlay } from "../manifest/manifest-context.js";
import { peekManifest } from "../manifest/peek-manifest.js";
import { parseYamlDocuments } from "../manifest/yaml/parse-yaml.js";
import { entryOf, nodeOf } from "../manifest/yaml/yaml-node.js";
import { readFileText } from "../system/read-file-text.js";

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
interface OverlaysReading {
  readonly overlays: readonly Overlay[];
  /** Faults of files that cannot be read, E_OVERLAY for documents that are for no manifest or a second one for it. */
  readonly problems: readonly Problem[];
}

/** Reads every document of `overlays/<env>/*.yaml` below the workspace's root. */
export function readOverlays({ catalog, root, env, cwd }: ReadOverlaysInput): OverlaysReading {
  const overlays: Overlay[] = [];
  const problems: Problem[] = [];
  for (const path of yamlFilesIn(join(root, "overlays", env))) {
    const file = relative(cwd, path);
    try {
      const text = readFileText({ file, cwd });
      for (const document of parseYamlDocuments({ file, text })) {
        problems.push(...document.problems);
        const overlay = overlayOf(catalog, file, { text, root: document.root });
        if ("code" in overlay) problems.push(overlay);
        else overlays.push(overlay);
      }
    } catch (error) {
      if (!isPlantonError(error)) throw error;
      problems.push(...problemsOf(error));
    }
  }
  return { overlays, problems: [...problems, ...seconds(overlays)] };
}

/** The overlay of a manifest. Throws E_OVERLAY and the faults of files, of any overlay: it could be this one's. */
export function overlayFinder(input: ReadOverlaysInput): (kind: string, name: string) => Overlay | undefined {
  let reading: OverlaysReading | undefined;
  return (kind, name) => {
    reading ??= readOverlays(input);
    const [first] = reading.problems.filter(({ severity }) => severity === "error");
    if (first !== undefined) {
      const { code, message, hint } = first;
      throw new PlantonError({ code, message, ...(hint === undefined ? {} : { hint }), problems: reading.problems });
    }
    return reading.overlays.find((overlay) => overlay.kind === kind && overlay.name === name);
  };
}

function yamlFilesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /^[^.].*\.ya?ml$/.test(entry.name));
    return files.map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    // An environment needs no overlays.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}

function overlayOf(catalog: Catalog, file: string, { text, root }: Pick<Overlay, "text" | "root">): Overlay | Problem {
  const { kind, name, bare } = peekManifest(catalog, file, root);
  const fault = { code: "E_OVERLAY", severity: "error", file, position: root.position } as const;
  if (isOfKustomize(root)) {
    const message = "this is a file of kustomize, not an overlay of planton";
    return { ...fault, message, hint: "pipe it: kustomize build DIR | planton up -f - --env ENV" };
  }
  if (kind === undefined || name === undefined) {
    const missing = kind === undefined ? "kind" : "metadata.name";
    const message = `the overlay has no ${missing}, so that it is for no manifest`;
    return { ...fault, message, hint: "write apiVersion, kind and metadata.name of the manifest that it changes" };
  }
  const manifest = bare ? root : nodeOf(root, "target");
  const named = entryOf(nodeOf(manifest, "metadata"), "name");
  const path = bare ? "metadata.name" : "target.metadata.name";
  return { file, text, root, bare, kind, name, place: { position: named?.keyPosition ?? root.position, path, file } };
}

function isOfKustomize(root: Overlay["root"]): boolean {
  const version = nodeOf(root, "apiVersion");
  return version?.kind === "scalar" && version.source.startsWith("kustomize.config.k8s.io/");
}

function seconds(overlays: readonly Overlay[]): Problem[] {
  const firsts = new Map<string, Overlay>();
  return overlays.flatMap((overlay) => {
    const key = `${overlay.kind}/${overlay.name}`;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, overlay);
      return [];
    }
    const { position, path } = overlay.place;
    const message = `a second overlay of ${overlay.kind} "${overlay.name}"; the first is in "${first.file}", line ${first.place.position.line}`;
    const hint = "put both into one document";
    return [{ code: "E_OVERLAY", severity: "error", file: overlay.file, position, path, message, hint } as const];
  });
}
