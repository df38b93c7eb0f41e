import { camelCase } from "../../../contract/fields/field-names.js";
import type { Position } from "../../../contract/planton-error.js";

/** Where a value is in a file. */
export interface SourceLocation {
  readonly position: Position;
  /** Path from the top of the document as written there. */
  readonly path: string;
  /** The file that says it, where it is not the manifest's own. */
  readonly file?: string;
}

/**
 * Places of the fields that a document gives. Keys are paths by proto field names from the stack input, in the form of
 * protobuf's pathToString: `target.spec.tags[0]`, `target.metadata.labels["team"]`; the document itself is "".
 */
export interface SourceMap {
  readonly byFieldPath: ReadonlyMap<string, SourceLocation>;
  /** Spelling of the keys that a message should use for fields that are not there. */
  readonly keyStyle: "snake" | "camel";
}

/** True when the document itself gives the field. */
export function isGiven(places: SourceMap, fieldPath: string): boolean {
  return places.byFieldPath.has(fieldPath);
}

/** The place of a field; for one that is not given, the position of what is around it and the path it would have. */
export function locationOf(places: SourceMap, fieldPath: string): SourceLocation {
  let known = fieldPath;
  let found = places.byFieldPath.get(known);
  while (found === undefined && known !== "") {
    known = parentOf(known);
    found = places.byFieldPath.get(known);
  }
  const { path, ...place } = found ?? { position: { line: 1, column: 1 }, path: "" };
  const missing = fieldPath.slice(known.length);
  const styled = places.keyStyle === "camel" ? camelCase(missing) : missing;
  return { ...place, path: path === "" ? styled.replace(/^\./, "") : path + styled };
}

/** A field path without its last part: `a.b[0]` gives `a.b`. */
export function parentOf(fieldPath: string): string {
  return fieldPath.replace(/(^|\.)[^.[\]"]+$|\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]$/, "");
}

/** True when one of the paths is the other or lies above it. */
export function onOneLine(a: string, b: string): boolean {
  return a.length < b.length ? isAtOrBelow(a, b) : isAtOrBelow(b, a);
}

/** True when the second path is the first or lies below it. */
export function isAtOrBelow(above: string, path: string): boolean {
  return above === "" || above === path || (path.startsWith(above) && /[.[]/.test(path.charAt(above.length)));
}
