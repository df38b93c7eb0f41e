import type { Catalog } from "../../contract/catalog.js";
import type { Position } from "../../contract/planton-error.js";
import { findManifest } from "./find-manifest.js";
import { resolveKind } from "./resolve-kind.js";
import { keyPath, nodeOf, type YamlNode } from "./yaml/yaml-node.js";

/** A string that a document says, and where. */
export interface SaidText {
  readonly value: string;
  readonly position: Position;
  /** As written, from the top of the document. */
  readonly path: string;
}

/** What a document says of itself before it is decoded. */
export interface PeekedManifest {
  /** Its kind as the catalog names it; undefined when it has none that is known. */
  readonly kind: string | undefined;
  /** metadata.name; undefined when it is not given, or no string. */
  readonly name: SaidText | undefined;
  /** metadata.env. */
  readonly env: SaidText | undefined;
  /** metadata.environments; undefined when none is given. */
  readonly environments: readonly SaidText[] | undefined;
  /** Of the document. */
  readonly position: Position;
  /** True when the document is a manifest alone, not a stack input with `target`. */
  readonly bare: boolean;
}

/** Reads who a manifest is about from its nodes. What is wrong with it is for the decoder to say. */
export function peekManifest(catalog: Catalog, file: string, root: YamlNode): PeekedManifest {
  const { manifest, bare } = findManifest(file, root);
  const metadata = nodeOf(manifest, "metadata");
  const path = keyPath(bare ? "" : "target", "metadata");
  const said = (key: string): SaidText | undefined => saidText(nodeOf(metadata, key), keyPath(path, key));
  const list = nodeOf(metadata, "environments");
  const environments = (list?.kind === "list" ? list.items : [])
    .map((item, index) => saidText(item, `${path}.environments[${index}]`))
    .filter((item) => item !== undefined);
  return {
    kind: manifest && resolveKind({ catalog, file, manifest, path: "" }).entry?.kind,
    name: said("name"),
    env: said("env"),
    environments: environments.length === 0 ? undefined : environments,
    position: root.position,
    bare,
  };
}

function saidText(node: YamlNode | undefined, path: string): SaidText | undefined {
  if (node?.kind !== "scalar" || typeof node.value !== "string") return undefined;
  return { value: node.value, position: node.position, path };
}
