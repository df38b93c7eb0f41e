import { type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import { foreign_key } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
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

/** Reports a key that is no field, with the map that it belongs into or the field that was probably meant. */
export function reportUnknownField({ walk, schema, entry, map, at }: UnknownField): void {
  const owner = walk.problems.length < maxSuggestions ? ownerOf(schema, entry, map) : undefined;
  if (owner !== undefined) {
    reportMisplaced({ walk, schema, entry, map, at }, owner);
    return;
  }
  const path = keyPath(at.path, entry.key);
  const foreign = foreignKey(schema, entry.key);
  if (foreign !== undefined) {
    report(walk, atField(at, foreign.field, path, false), {
      code: "E_DECODE_UNKNOWN_FIELD",
      position: entry.keyPosition,
      path,
      message: `${schema.name} has no field "${shorten(entry.key)}"`,
      hint: foreign.hint,
    });
    return;
  }
  const keys = fieldKeys(schema);
  const camel = !entry.key.includes("_") && (/[a-z][A-Z]/.test(entry.key) || walk.camelKeys > 0);
  const spelled = schema.fields.map((field) => (camel ? field.jsonName : field.name));
  const meantKey = walk.problems.length < maxSuggestions ? suggest(entry.key, [...spelled, ...keys.keys()]) : undefined;
  const meant = meantKey === undefined ? undefined : keys.get(meantKey);
  // Marked as the meant field's fault, so that a rule such as "required" does not repeat it.
  report(walk, meant === undefined ? { ...at, fieldPath: `${at.fieldPath}.?` } : atField(at, meant, path, false), {
    code: "E_DECODE_UNKNOWN_FIELD",
    position: entry.keyPosition,
    path,
    message: `${schema.name} has no field "${shorten(entry.key)}"`,
    hint: unknownFieldHint({ entry, map, schema, meantKey, meant, spelled }),
  });
}

/** The field that a key of another tool is about, and how its value is written here. */
function foreignKey(
  schema: DescMessage,
  key: string,
): { readonly field: DescField; readonly hint: string } | undefined {
  const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const field of schema.fields) {
    for (const text of hasOption(field, foreign_key) ? getOption(field, foreign_key) : []) {
      const end = text.indexOf(": ");
      if (text.slice(0, end) === name) return { field, hint: text.slice(end + 2) };
    }
  }
  return undefined;
}

/** Fields that lead to the message that has the key: of a key that is indented too far left. */
type Owner = readonly [DescField, ...DescField[]];

/** How many levels a key may be too far left. */
const maxLevels = 2;

/** The owner of a key: the nearest map above it in the file that takes it, else the first field whose message does. */
function ownerOf(schema: DescMessage, entry: YamlEntry, map: YamlMap): Owner | undefined {
  const above = map.entries.slice(0, map.entries.indexOf(entry)).reverse();
  const given = above.flatMap(({ key }) => fieldKeys(schema).get(key) ?? []);
  for (const field of [...new Set([...given, ...schema.fields])]) {
    const owner = withKey(field, entry.key, maxLevels);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function withKey(field: DescField, key: string, levels: number): Owner | undefined {
  if (field.fieldKind !== "message" || isValueOrRef(field.message) || levels === 0) return undefined;
  if (fieldKeys(field.message).has(key)) return [field];
  for (const inner of field.message.fields) {
    const owner = withKey(inner, key, levels - 1);
    if (owner !== undefined) return [field, ...owner];
  }
  return undefined;
}

function reportMisplaced({ walk, schema, entry, map, at }: UnknownField, owner: Owner): void {
  const names = owner.map(({ name }) => name);
  const holder = map.entries.find(({ key }) => fieldKeys(schema).get(key) === owner[0]);
  // An empty map whose keys are all at its own column is one fault, which is reported at the map.
  if (holder?.value.kind === "scalar" && holder.value.value === null) return;
  const message = owner.at(-1)?.message;
  const field = message === undefined ? undefined : fieldKeys(message).get(entry.key);
  const inner = [at.fieldPath, ...names].filter((part) => part !== "").join(".");
  // Marked as the owner's field, so that a rule such as "required" does not repeat it.
  report(
    walk,
    { ...at, fieldPath: `${inner}.${field?.name ?? "?"}` },
    {
      code: "E_DECODE_UNKNOWN_FIELD",
      position: entry.keyPosition,
      path: keyPath(at.path, entry.key),
      message: `${schema.name} has no field "${shorten(entry.key)}"`,
      hint: `it belongs into ${names.join(".")}: indent it as the keys there`,
    },
  );
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
