import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type Scalar, type YAMLMap } from "yaml";
import type { Position, Problem } from "../../../contract/planton-error.js";
import { keyPath, shorten, type YamlEntry, type YamlNode } from "./yaml-node.js";

/** What {@link yamlTree} reads. */
interface YamlTreeInput {
  readonly file: string;
  /** Contents of a document as the YAML library gives them. */
  readonly contents: unknown;
  /** Position of an offset in the text. */
  readonly positionAt: (offset: number) => Position;
}

/** A document's tree and what is wrong with it. */
interface YamlTree {
  readonly root: YamlNode;
  readonly problems: readonly Problem[];
}

/** How many levels of maps and lists a document may have. */
export const maxDepth = 100;
/** How many values a document may have after its aliases are expanded. */
const maxExpandedNodes = 100_000;

interface Walk extends YamlTreeInput {
  readonly problems: Problem[];
  /** Finished nodes by anchor. */
  readonly anchors: Map<string, YamlNode>;
  /** Anchors of the nodes around the current one. */
  readonly open: Set<string>;
  /** Expanded size of maps and lists. */
  readonly sizes: Map<YamlNode, number>;
  hasAlias: boolean;
}

/**
 * The tree of a document with aliases resolved. Problems: E_LOAD_DUPLICATE_KEY (the first value stays), E_LOAD_ALIAS
 * (an alias within its own anchor, or aliases that expand to more than 100 000 values), E_LOAD_YAML (more than 100
 * levels, an alias without its anchor).
 */
export function yamlTree(input: YamlTreeInput): YamlTree {
  const walk: Walk = {
    ...input,
    problems: [],
    anchors: new Map(),
    open: new Set(),
    sizes: new Map(),
    hasAlias: false,
  };
  const root = treeNode(walk, input.contents, "", 0);
  if (walk.hasAlias && sizeOf(walk, root) > maxExpandedNodes) {
    report(walk, root.position, "", {
      code: "E_LOAD_ALIAS",
      message: `the aliases expand to more than ${maxExpandedNodes} values`,
      hint: "write the values out",
    });
  }
  return { root, problems: walk.problems };
}

function treeNode(walk: Walk, source: unknown, path: string, depth: number): YamlNode {
  if (isAlias(source)) return aliasTarget(walk, source, path);
  const position = positionOf(walk, source);
  const anchor = isMap(source) || isSeq(source) || isScalar(source) ? source.anchor : undefined;
  if (anchor !== undefined) walk.open.add(anchor);
  let node: YamlNode;
  if (depth > maxDepth) {
    node = nothing(position);
    const hint = "write the manifest as maps and lists of a few levels";
    report(walk, position, "", {
      code: "E_LOAD_YAML",
      message: `the values are nested more than ${maxDepth} deep`,
      hint,
    });
  } else if (isMap(source)) {
    node = { kind: "map", position, entries: treeEntries(walk, source, path, depth) };
  } else if (isSeq(source)) {
    const items = source.items.map((item, index) => treeNode(walk, item, `${path}[${index}]`, depth + 1));
    node = { kind: "list", position, items };
  } else {
    node = isScalar(source) ? scalarNode(source, position) : nothing(position);
  }
  if (node.kind !== "scalar") walk.sizes.set(node, expandedSize(walk, node));
  if (anchor !== undefined) {
    walk.open.delete(anchor);
    walk.anchors.set(anchor, node);
  }
  return node;
}

function treeEntries(walk: Walk, map: YAMLMap, path: string, depth: number): YamlEntry[] {
  const entries = new Map<string, YamlEntry>();
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value ?? "") : "";
    const keyPosition = positionOf(walk, pair.key);
    const entryPath = keyPath(path, key);
    const read = treeNode(walk, pair.value, entryPath, depth + 1);
    // A key without value has no node of its own: the key is the place to point at.
    const value = isNode(pair.value) ? read : nothing(keyPosition);
    const earlier = entries.get(key);
    if (earlier === undefined) {
      entries.set(key, { key, keyPosition, value });
    } else {
      report(walk, keyPosition, entryPath, {
        code: "E_LOAD_DUPLICATE_KEY",
        message: `duplicate key "${shorten(key)}", first defined on line ${earlier.keyPosition.line}`,
        hint: "remove one of the two",
      });
    }
  }
  return [...entries.values()];
}

function aliasTarget(walk: Walk, alias: Alias, path: string): YamlNode {
  const position = positionOf(walk, alias);
  const target = walk.anchors.get(alias.source);
  walk.hasAlias = true;
  // An anchor that is defined again inside its own value is rare enough to be refused with the cycles.
  if (walk.open.has(alias.source)) {
    report(walk, position, path, {
      code: "E_LOAD_ALIAS",
      message: `alias "*${shorten(alias.source)}" refers to a value that contains it`,
      hint: "write the value out",
    });
    return nothing(position);
  }
  if (target === undefined) {
    report(walk, position, path, {
      code: "E_LOAD_YAML",
      message: `anchor "&${shorten(alias.source)}" is not defined before this alias`,
      hint: "define the anchor, or put the value in quotes if it begins with an asterisk",
    });
    return nothing(position);
  }
  return target;
}

function expandedSize(walk: Walk, node: YamlNode): number {
  if (node.kind === "map") return node.entries.reduce((sum, entry) => sum + sizeOf(walk, entry.value), 1);
  if (node.kind === "list") return node.items.reduce((sum, item) => sum + sizeOf(walk, item), 1);
  return 1;
}

function sizeOf(walk: Walk, node: YamlNode): number {
  return walk.sizes.get(node) ?? 1;
}

function scalarNode(scalar: Scalar, position: Position): YamlNode {
  const { value } = scalar;
  const source = scalar.source ?? String(value);
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return { kind: "scalar", position, value, source };
    default:
      return { kind: "scalar", position, value: null, source };
  }
}

function nothing(position: Position): YamlNode {
  return { kind: "scalar", position, value: null, source: "" };
}

function positionOf(walk: Walk, node: unknown): Position {
  return walk.positionAt(isNode(node) ? (node.range?.[0] ?? 0) : 0);
}

function report(walk: Walk, position: Position, path: string, found: Pick<Problem, "code" | "message" | "hint">): void {
  walk.problems.push({ ...found, severity: "error", file: walk.file, position, ...(path === "" ? {} : { path }) });
}
