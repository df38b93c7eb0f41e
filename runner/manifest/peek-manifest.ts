import type { Catalog } from "../../contract/catalog.js";
import type { Position } from "../../contract/planton-error.js";
import { findManifest } from "./find-manifest.js";
import { resolveKind } from "./resolve-kind.js";
import { nodeOf, type YamlNode } from "./yaml/yaml-node.js";

/** What a document says of itself before it is decoded. */
interface PeekedManifest {
  /** Its kind as the catalog names it; undefined when it has none that is known. */
  readonly kind: string | undefined;
  /** metadata.name; undefined when it is not given, or no string. */
  readonly name: string | undefined;
  /** metadata.env. */
  readonly env: string | undefined;
  /** metadata.environments; undefined when it is not given. */
  readonly environments: readonly string[] | undefined;
  /** Of metadata.env or metadata.environments, else of the document. */
  readonly position: Position;
  /** True when the document is a manifest alone, not a stack input with `target`. */
  readonly bare: boolean;
}

/** Reads who a manifest is about from its nodes. What is wrong with it is for the decoder to say. */
export function peekManifest(catalog: Catalog, file: string, root: YamlNode): PeekedManifest {
  const { manifest, bare } = findManifest(file, root);
  const metadata = nodeOf(manifest, "metadata");
  const kind = manifest && resolveKind({ catalog, file, manifest, path: "" }).entry?.kind;
  const environments = nodeOf(metadata, "environments");
  const env = nodeOf(metadata, "env");
  return {
    kind,
    name: stringOf(nodeOf(metadata, "name")),
    env: stringOf(env),
    environments:
      environments?.kind === "list" ? environments.items.map(stringOf).filter((item) => item !== undefined) : undefined,
    position: (env ?? environments ?? root).position,
    bare,
  };
}

function stringOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
