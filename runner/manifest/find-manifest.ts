import type { Catalog } from "../../contract/catalog.js";
import type { Problem } from "../../contract/planton-error.js";
import { suggest } from "../system/suggest.js";
import { entryOf, shorten, type YamlNode } from "./yaml/yaml-node.js";

/** Where the manifest is in a document. */
interface ManifestPlace {
  /** The manifest's node; undefined when there is none, which `problems` then reports. */
  readonly manifest: YamlNode | undefined;
  /** True when the document is a manifest alone, not a stack input with `target`. */
  readonly bare: boolean;
  /** E_DECODE_TYPE, E_DECODE_NULL, E_DECODE_UNKNOWN_FIELD, E_KIND_MISSING. */
  readonly problems: readonly Problem[];
}

const manifestKeys = ["apiVersion", "api_version", "kind", "metadata", "spec"];
const stackInputKeys = ["target", "provider_config", "providerConfig"];

/** Finds the manifest in a document: under `target`, or the document itself. */
export function findManifest(file: string, root: YamlNode): ManifestPlace {
  const problem = (found: Omit<Problem, "severity" | "file">): Problem => ({ ...found, severity: "error", file });
  if (root.kind !== "map") {
    const message = `expected a map with target, or with apiVersion, kind, metadata and spec, got a ${root.kind === "list" ? "list" : "single value"}`;
    return {
      manifest: undefined,
      bare: true,
      problems: [problem({ code: "E_DECODE_TYPE", position: root.position, message })],
    };
  }
  const target = entryOf(root, "target");
  if (target === undefined) {
    if (isManifest(root)) return { manifest: root, bare: true, problems: [] };
    return { manifest: undefined, bare: false, problems: unknownKeys(root).map(problem) };
  }
  if (target.value.kind === "map") return { manifest: target.value, bare: false, problems: [] };
  const empty = target.value.kind === "scalar" && target.value.value === null;
  const code = empty ? "E_DECODE_NULL" : "E_DECODE_TYPE";
  const message = `expected a manifest with apiVersion, kind, metadata and spec, got ${empty ? "nothing" : "no map"}`;
  const position = target.keyPosition;
  return { manifest: undefined, bare: false, problems: [problem({ code, position, path: "target", message })] };
}

/** True when a document found in a folder is meant to be a manifest or stack input of ours, whatever faults it has. */
export function looksLikeManifest(root: YamlNode, catalog: Catalog): boolean {
  if (root.kind !== "map" || isOfAnotherTool(root, catalog)) return false;
  if (entryOf(root, "target") !== undefined || apiVersionOf(root) !== undefined) return true;
  return entryOf(root, "spec") !== undefined && entryOf(root, "kind", "metadata") !== undefined;
}

/** True for a document with an apiVersion that is none of ours, and no misspelt one of the kind that it names. */
export function isOfAnotherTool(root: YamlNode, catalog: Catalog): boolean {
  const version = apiVersionOf(root);
  if (version === undefined || entryOf(root, "target") !== undefined || ourApiVersion.test(version)) return false;
  const kind = entryOf(root, "kind")?.value;
  const entry = kind?.kind === "scalar" ? catalog.kinds.find((one) => one.kind === kind.source) : undefined;
  return entry === undefined || suggest(version, [entry.apiVersion]) === undefined;
}

/** The apiVersion as written; undefined when none is given. */
function apiVersionOf(root: YamlNode): string | undefined {
  const version = entryOf(root, "apiVersion", "api_version")?.value;
  return version?.kind === "scalar" && version.source !== "" ? version.source : undefined;
}

/** True when a file that is no readable YAML document speaks of manifests of ours. */
export function mentionsManifest(text: string): boolean {
  return (
    /^target:/m.test(text) || text.split("\n").some((line) => apiVersionKey.test(line) && ourApiVersion.test(line))
  );
}

/** In JSON and in YAML's flow style as well. */
const apiVersionKey = /(?:^|[\s{,])(["']?)api_?version\1\s*:/i;
const ourApiVersion = /\b(?:planton\.dev|openmcf\.org|project-planton\.org)\//;

function isManifest(root: YamlNode): boolean {
  return entryOf(root, "spec", "kind", "apiVersion", "api_version") !== undefined;
}

function unknownKeys(root: YamlNode & { kind: "map" }): Omit<Problem, "severity" | "file">[] {
  const strangers = root.entries.filter(({ key }) => ![...stackInputKeys, ...manifestKeys].includes(key));
  if (strangers.length === 0) {
    const message = "no manifest is given";
    return [
      { code: "E_KIND_MISSING", position: root.position, message, hint: "write target: with kind, metadata and spec" },
    ];
  }
  return strangers.slice(0, 20).map(({ key, keyPosition }) => {
    const meant = suggest(key, [...stackInputKeys, ...manifestKeys]);
    return {
      code: "E_DECODE_UNKNOWN_FIELD",
      position: keyPosition,
      path: shorten(key),
      message: `a stack input has no field "${shorten(key)}"`,
      hint: meant === undefined ? "its fields are target and provider_config" : `did you mean "${meant}"?`,
    };
  });
}
