import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { Decoded } from "./decode-message.js";
import { isAtOrBelow, type SourceLocation } from "./source-map.js";
import { isValueOrRef } from "./value-or-ref.js";

/** What {@link mergeOverlay} puts together. */
interface MergeOverlayInput {
  /** The stack input message of the kind. */
  readonly schema: DescMessage;
  /** The manifest; its message is changed. */
  readonly base: Decoded;
  /** What is to be changed in it, decoded with `unsets`. */
  readonly overlay: Decoded;
  /** The overlay's file, for the places of what it says. */
  readonly file: string;
}

interface Merge {
  readonly places: Map<string, SourceLocation>;
  readonly overlay: Decoded;
  readonly file: string;
}

/**
 * A manifest with an overlay put on it, as if it had been written whole: messages and maps are merged by field and key,
 * lists, scalars and members of a oneof replace, an empty value unsets. Every place is in the file that says the value.
 */
export function mergeOverlay({ schema, base, overlay, file }: MergeOverlayInput): Decoded {
  const merge: Merge = { places: new Map(base.places.byFieldPath), overlay, file };
  mergeMessage(merge, reflect(schema, base.message), reflect(schema, overlay.message), "");
  const { keyStyle } = base.places;
  return {
    message: base.message,
    places: { byFieldPath: merge.places, keyStyle },
    problems: [...base.problems, ...overlay.problems],
    failed: new Set([...base.failed, ...overlay.failed]),
    unset: new Set(),
  };
}

function mergeMessage(merge: Merge, into: ReflectMessage, from: ReflectMessage, path: string): void {
  for (const field of from.fields) {
    const fieldPath = path === "" ? field.name : `${path}.${field.name}`;
    if (!merge.overlay.places.byFieldPath.has(fieldPath)) continue;
    if (merge.overlay.unset.has(fieldPath)) {
      into.clear(field);
      replacePlaces(merge, fieldPath);
    } else if (field.fieldKind === "message" && isMerged(field) && into.isSet(field) && from.isSet(field)) {
      mergeMessage(merge, into.get(field), from.get(field), fieldPath);
    } else if (field.fieldKind === "map" && into.isSet(field)) {
      mergeMap(merge, into, from, field, fieldPath);
    } else {
      replace(merge, into, from, field, fieldPath);
    }
  }
}

/** A value or a reference to one, and every other member of a oneof, is given whole. */
function isMerged(field: DescField & { fieldKind: "message" }): boolean {
  return field.oneof === undefined && !isValueOrRef(field.message);
}

function replace(merge: Merge, into: ReflectMessage, from: ReflectMessage, field: DescField, fieldPath: string): void {
  // Another member of the oneof that was set goes, and its place with it.
  for (const other of field.oneof?.fields ?? []) {
    if (into.isSet(other)) removePlaces(merge, fieldPath.replace(/[^.]+$/, other.name));
  }
  if (from.isSet(field)) into.set(field, from.get(field));
  else into.clear(field);
  replacePlaces(merge, fieldPath);
}

function mergeMap(
  merge: Merge,
  into: ReflectMessage,
  from: ReflectMessage,
  field: DescField & { fieldKind: "map" },
  fieldPath: string,
): void {
  const [old, changed] = [into.get(field), from.get(field)];
  const itemPath = (key: unknown): string =>
    `${fieldPath}[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`;
  for (const key of [...old.keys()]) {
    if (!merge.overlay.unset.has(itemPath(key))) continue;
    old.delete(key);
    replacePlaces(merge, itemPath(key));
  }
  for (const [key, value] of changed) {
    const before = old.get(key);
    if (field.mapKind === "message" && !isValueOrRef(field.message) && before !== undefined) {
      // The map kind says that the values are messages; ReflectMap's type does not.
      mergeMessage(merge, before as ReflectMessage, value as ReflectMessage, itemPath(key));
    } else {
      old.set(key, value);
      replacePlaces(merge, itemPath(key));
    }
  }
}

/** Places of a field and of all in it are those of the overlay from now on. */
function replacePlaces(merge: Merge, fieldPath: string): void {
  removePlaces(merge, fieldPath);
  for (const [path, place] of merge.overlay.places.byFieldPath) {
    if (isAtOrBelow(fieldPath, path)) merge.places.set(path, { ...place, file: merge.file });
  }
}

function removePlaces({ places }: Merge, fieldPath: string): void {
  for (const path of [...places.keys()]) if (isAtOrBelow(fieldPath, path)) places.delete(path);
}
