import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { suggest } from "../../system/suggest.js";
import { keyPath, shorten, type YamlEntry, type YamlMap, type YamlNode } from "../yaml/yaml-node.js";
import { atField, type DecodeAt, type DecodeWalk, report } from "./decode-context.js";
import { fieldKeys } from "./field-keys.js";
import { isValueOrRef } from "./value-or-ref.js";

/** Suggestions cost time, which a file of nothing but faults shall not take. */
const maxSuggestions = 100;

/** What {@link reportUnknownField} reports. */
interface UnknownField {
  readonly walk: DecodeWalk;
  readonly schema: DescMessage;
  readonly entry: YamlEntry;
  /** The map that has the key. */
  readonly map: YamlMap;
  readonly at: DecodeAt;
}

/** Reports a key that is no field, with the field that was probably meant. */
export function reportUnknownField({ walk, schema, entry, map, at }: UnknownField): void {
  const keys = fieldKeys(schema);
  const camel = !entry.key.includes("_") && (/[a-z][A-Z]/.test(entry.key) || walk.camelKeys > 0);
  const spelled = schema.fields.map((field) => (camel ? field.jsonName : field.name));
  const meantKey = walk.problems.length < maxSuggestions ? suggest(entry.key, [...spelled, ...keys.keys()]) : undefined;
  const meant = meantKey === undefined ? undefined : keys.get(meantKey);
  const path = keyPath(at.path, entry.key);
  // Marked as the meant field's fault, so that a rule such as "required" does not repeat it.
  report(walk, meant === undefined ? { ...at, fieldPath: `${at.fieldPath}.?` } : atField(at, meant, path, false), {
    code: "E_DECODE_UNKNOWN_FIELD",
    position: entry.keyPosition,
    path,
    message: `${schema.name} has no field "${shorten(entry.key)}"`,
    hint: unknownFieldHint({ entry, map, schema, meantKey, meant, spelled }),
  });
}

interface HintInput extends Pick<UnknownField, "schema" | "entry" | "map"> {
  /** The meant field as it is to be written. */
  readonly meantKey: string | undefined;
  readonly meant: DescField | undefined;
  readonly spelled: readonly string[];
}

function unknownFieldHint({ entry, map, schema, meantKey, meant, spelled }: HintInput): string {
  if (entry.key === "<<") return "YAML 1.2 has no merge keys; write the keys out";
  if (meantKey !== undefined && meant !== undefined) {
    const group = meant.oneof;
    const given = map.entries.find(({ key }) => {
      const field = fieldKeys(schema).get(key);
      return field !== undefined && (field === meant || (group !== undefined && field.oneof === group));
    });
    if (given !== undefined)
      return `did you mean "${meantKey}"? It is given on line ${given.keyPosition.line}: remove one of the two`;
    return `did you mean "${meantKey}"?${fits(meant, entry.value) ? "" : ` It takes ${shapeOf(meant)}`}`;
  }
  if (spelled.length === 0) return "remove it";
  const all = spelled.join(", ");
  // Without the key nothing would be left where one of the fields has to be.
  return isValueOrRef(schema) && map.entries.length === 1 ? `use one of ${all}` : `remove it, or use one of ${all}`;
}

/** True when the sort of value is one that the field takes. */
function fits(field: DescField, node: YamlNode): boolean {
  if (field.fieldKind === "list") return node.kind === "list" && node.items.every((item) => fitsItem(field, item));
  if (field.fieldKind === "map") return node.kind === "map";
  return fitsItem(field, node);
}

function fitsItem({ message }: DescField, { kind }: YamlNode): boolean {
  if (message === undefined) return kind === "scalar";
  return kind === "map" || (kind === "scalar" && isValueOrRef(message));
}

function shapeOf({ fieldKind, message }: DescField): string {
  const item = message === undefined ? undefined : `the keys ${fieldList(message)}`;
  if (fieldKind === "list") return `a list${item === undefined ? "" : ` of maps with ${item}`}`;
  if (fieldKind === "map") return "a map";
  return item === undefined ? "a single value" : `a map with ${item}`;
}

/** The fields of a message, for people. */
export function fieldList(schema: DescMessage): string {
  return schema.fields.map((field) => field.name).join(", ");
}
