import type { Position } from "../../../contract/planton-error.js";

/** A value of a YAML document with its place. Aliases are resolved: one node may have several parents. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

/** A map; `entries` in the order of the file, without second entries of a key. */
export interface YamlMap {
  readonly kind: "map";
  readonly position: Position;
  readonly entries: readonly YamlEntry[];
}

/** One key of a map with its value. */
export interface YamlEntry {
  readonly key: string;
  readonly keyPosition: Position;
  readonly value: YamlNode;
}

/** A list. */
interface YamlList {
  readonly kind: "list";
  readonly position: Position;
  readonly items: readonly YamlNode[];
}

/** A scalar by the rules of YAML 1.2's core schema; integers are bigint, others number. */
export interface YamlScalar {
  readonly kind: "scalar";
  readonly position: Position;
  readonly value: string | number | bigint | boolean | null;
  /** The text as it is in the file, without quotes. */
  readonly source: string;
}

/** Value of a key, or undefined when the node is no map or has no such key. */
export function nodeOf(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  return entryOf(node, ...keys)?.value;
}

/** The first entry whose key is one of `keys`. */
export function entryOf(node: YamlNode | undefined, ...keys: readonly string[]): YamlEntry | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => keys.includes(entry.key)) : undefined;
}

/** A path with one more key, as people write it: `a.b`, or `a["b.c"]` for keys that are no plain words. */
export function keyPath(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(shorten(key))}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Text cut to at most 60 characters, for messages. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
