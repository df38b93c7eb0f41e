import type { Catalog, KindEntry } from "../../contract/catalog.js";
import type { Problem } from "../../contract/planton-error.js";
import { suggest } from "../system/suggest.js";
import { entryOf, keyPath, nodeOf, shorten, type YamlEntry, type YamlNode } from "./yaml/yaml-node.js";

/** Input of {@link resolveKind}. */
interface ResolveKindInput {
  readonly catalog: Catalog;
  readonly file: string;
  /** The manifest's node. */
  readonly manifest: YamlNode;
  /** Path of the manifest as written: "target", or "" for a manifest alone. */
  readonly path: string;
  /** Kind given by the user beside the file (`--kind`); the file must not say another. */
  readonly kind?: string;
  /** Kind to take when the file says none. */
  readonly fallback?: { readonly kind: string };
}

/** The kind of a document. */
interface ResolvedKind {
  /** Undefined when it cannot be inferred; else what to decode against, even where `problems` has an error. */
  readonly entry: KindEntry | undefined;
  /** True when neither the file nor the user names the kind. */
  readonly inferred: boolean;
  /** E_KIND_* as errors; an apiVersion of an older name as a warning. */
  readonly problems: readonly Problem[];
}

/** Resolves the kind of a document: as given, as written, as recorded, or the only one whose spec takes the keys. */
export function resolveKind(input: ResolveKindInput): ResolvedKind {
  const { catalog, manifest } = input;
  const named = namedKind(input, entryOf(manifest, "kind"));
  if (named !== undefined) {
    const versionProblems = named.entry === undefined ? [] : checkApiVersion(input, named.entry);
    return { inferred: false, entry: named.entry, problems: [...named.problems, ...versionProblems] };
  }
  const inferred = inferKind(catalog, nodeOf(manifest, "spec"));
  if (inferred.entry !== undefined) {
    return { inferred: true, entry: inferred.entry, problems: checkApiVersion(input, inferred.entry) };
  }
  const candidates = inferred.candidates.map((entry) => entry.kind).join(", ");
  const problem: Problem = {
    code: "E_KIND_MISSING",
    severity: "error",
    file: input.file,
    position: manifest.position,
    path: keyPath(input.path, "kind"),
    message:
      candidates === ""
        ? "the kind is not given, and no kind's spec takes these keys"
        : `the kind is not given, and the spec fits several: ${candidates}`,
    hint: "write apiVersion and kind, or pass --kind; the list: planton kinds",
  };
  return { inferred: true, entry: undefined, problems: [problem] };
}

interface NamedKind {
  readonly entry: KindEntry | undefined;
  readonly problems: readonly Problem[];
}

function namedKind(input: ResolveKindInput, written: YamlEntry | undefined): NamedKind | undefined {
  const { catalog, file } = input;
  const path = keyPath(input.path, "kind");
  if (input.kind !== undefined) {
    const given = findKind(catalog, input.kind);
    if (given.entry?.kind !== input.kind)
      return { entry: given.entry, problems: [unknownKind(input.kind, given, { file })] };
    const other = written?.value.kind === "scalar" && written.value.source !== input.kind ? written.value : undefined;
    if (other === undefined) return { entry: given.entry, problems: [] };
    const message = `the file says "${shorten(other.source)}", but the kind asked for is "${input.kind}"`;
    const hint = "remove --kind, or name the file of that kind";
    return {
      entry: given.entry,
      problems: [{ code: "E_USAGE", severity: "error", file, position: other.position, path, message, hint }],
    };
  }
  if (written === undefined) {
    const fallback = input.fallback && findKind(catalog, input.fallback.kind);
    return fallback?.exact ? { entry: fallback.entry, problems: [] } : undefined;
  }
  const word = written.value.kind === "scalar" && typeof written.value.value === "string" ? written.value.value : "";
  const found = findKind(catalog, word);
  if (found.exact) return { entry: found.entry, problems: [] };
  const { position } =
    written.value.kind === "scalar" && written.value.value !== null ? written.value : { position: written.keyPosition };
  return { entry: found.entry, problems: [unknownKind(word, found, { file, position, path })] };
}

interface FoundKind {
  readonly entry: KindEntry | undefined;
  readonly exact: boolean;
}

/** The kind of that name, else the one that was probably meant. */
function findKind(catalog: Catalog, word: string): FoundKind {
  const exact = catalog.kinds.find((entry) => entry.kind === word);
  if (exact !== undefined) return { entry: exact, exact: true };
  const meant = suggest(
    word,
    catalog.kinds.map((entry) => entry.kind),
  );
  return { entry: catalog.kinds.find((entry) => entry.kind === meant), exact: false };
}

function unknownKind(word: string, found: FoundKind, place: Pick<Problem, "file" | "position" | "path">): Problem {
  return {
    code: "E_KIND_UNKNOWN",
    severity: "error",
    ...place,
    message: word === "" ? "expected the name of a kind" : `there is no kind "${shorten(word)}"`,
    hint: found.entry === undefined ? "see the list: planton kinds" : `did you mean "${found.entry.kind}"?`,
  };
}

/** The apiVersion must be the kind's own; those of the forerunner's older names give a warning. */
function checkApiVersion(input: ResolveKindInput, entry: KindEntry): Problem[] {
  const written = entryOf(input.manifest, "apiVersion", "api_version");
  if (written?.value.kind !== "scalar" || typeof written.value.value !== "string") return [];
  const word = written.value.value;
  if (word === entry.apiVersion) return [];
  const older = isOlderApiVersion(word, entry);
  return [
    {
      code: "E_KIND_API_VERSION",
      severity: older ? "warning" : "error",
      file: input.file,
      position: written.value.position,
      path: keyPath(input.path, written.key),
      message: older
        ? `"${shorten(word)}" is an older name of "${entry.apiVersion}"`
        : `"${shorten(word)}" is not the apiVersion of ${entry.kind}`,
      hint: `write ${entry.apiVersion}`,
    },
  ];
}

/** The forerunner's groups before it was renamed: `<vendor>.openmcf.org`, `<vendor>.project-planton.org`. */
function isOlderApiVersion(word: string, entry: KindEntry): boolean {
  const modern = word.replace(/^([a-z0-9-]+)\.(?:openmcf|project-planton)\.org\//, "$1.planton.dev/");
  return modern !== word && modern === entry.apiVersion;
}

/** What a spec's keys say about its kind. */
interface InferredKind {
  /** The only kind whose spec takes all keys; without such a one, the kind that is clearly nearest. */
  readonly entry: KindEntry | undefined;
  /** Kinds whose spec takes all keys. */
  readonly candidates: readonly KindEntry[];
}

/**
 * Infers a kind from the keys of its spec. A kind that is only nearest takes more than half of the keys and more than
 * any other; decoding against it then reports the keys it does not take, so that a typo is shown as such.
 */
function inferKind(catalog: Catalog, spec: YamlNode | undefined): InferredKind {
  if (spec?.kind !== "map" || spec.entries.length === 0) return { entry: undefined, candidates: [] };
  const taken = catalog.kinds.map((entry) => {
    return { entry, count: spec.entries.filter(({ key }) => entry.specKeys.includes(key)).length };
  });
  const candidates = taken.filter(({ count }) => count === spec.entries.length).map(({ entry }) => entry);
  if (candidates.length > 0) return { entry: candidates.length === 1 ? candidates[0] : undefined, candidates };
  const [nearest, second] = [...taken].sort((a, b) => b.count - a.count);
  const clear =
    nearest !== undefined && nearest.count * 2 > spec.entries.length && nearest.count > (second?.count ?? 0);
  return { entry: clear ? nearest.entry : undefined, candidates };
}
