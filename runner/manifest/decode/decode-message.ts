import { type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { type ReflectList, type ReflectMap, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import type { Problem } from "../../../contract/planton-error.js";
import { keyPath, shorten, type YamlEntry, type YamlNode } from "../yaml/yaml-node.js";
import { atField, atItem, type DecodeAt, type DecodeWalk, report, reportNull, reportType } from "./decode-context.js";
import { decodeEnum, decodeScalar, type ScalarInput } from "./decode-scalar.js";
import { fieldKeys } from "./field-keys.js";
import { listHint } from "./list-hint.js";
import type { SourceMap } from "./source-map.js";
import { fieldList, reportUnknownField } from "./unknown-field.js";
import { isValueOrRef } from "./value-or-ref.js";
import { valueOrRefMap } from "./value-or-ref-map.js";

/** Decodes a map into a message; undefined, after reporting, when the node is no map. Reports every fault in it. */
function decodeMessage(
  walk: DecodeWalk,
  schema: DescMessage,
  node: YamlNode,
  at: DecodeAt,
): ReflectMessage | undefined {
  const map = isValueOrRef(schema) ? valueOrRefMap(walk, node, at) : node;
  if (map?.kind !== "map") {
    return map === undefined ? undefined : reportType(walk, at, map, "a map", `it takes the keys ${fieldList(schema)}`);
  }
  const message = reflect(schema);
  const given = new Map<string, YamlEntry>();
  for (const entry of map.entries) {
    const field = fieldKeys(schema).get(entry.key);
    if (field === undefined) reportUnknownField({ walk, schema, entry, map, at });
    else if (mayBeGiven(walk, field, entry, at, given)) decodeField(walk, message, field, entry, at);
  }
  return message;
}

/** Refuses a field under two spellings, and a second member of a oneof. */
function mayBeGiven(
  walk: DecodeWalk,
  field: DescField,
  entry: YamlEntry,
  at: DecodeAt,
  given: Map<string, YamlEntry>,
): boolean {
  const group = field.oneof?.name ?? field.name;
  const earlier = given.get(group);
  if (earlier === undefined) {
    given.set(group, entry);
    return true;
  }
  const both = `"${earlier.key}" on line ${earlier.keyPosition.line} and "${entry.key}"`;
  const twice = fieldKeys(field.parent).get(earlier.key) === field;
  report(walk, atField(at, field, keyPath(at.path, entry.key), false), {
    code: twice ? "E_DECODE_DUPLICATE_FIELD" : "E_DECODE_ONEOF",
    position: entry.keyPosition,
    message: twice ? `${both} are the same field` : `${both} are mutually exclusive`,
    hint: "keep one of the two",
  });
  return false;
}

function decodeField(
  walk: DecodeWalk,
  message: ReflectMessage,
  field: DescField,
  entry: YamlEntry,
  parent: DecodeAt,
): void {
  const at = atField(parent, field, keyPath(parent.path, entry.key), isSecretField(field));
  const { value: node } = entry;
  // A string that stands for {value: text} has its place already: there is no such key in the document.
  if (!walk.places.has(at.fieldPath)) {
    const position = node.kind === "scalar" && node.value !== null ? node.position : entry.keyPosition;
    walk.places.set(at.fieldPath, { position, path: at.path });
  }
  // "apiVersion" is written like that in every file and says nothing of the file's style.
  if (field.name !== field.jsonName && field.name !== "api_version")
    walk.camelKeys += { [field.jsonName]: 1, [field.name]: -1 }[entry.key] ?? 0;
  if (node.kind === "scalar" && node.value === null) {
    if (walk.unset === undefined) reportNull(walk, at, { ...node, position: entry.keyPosition });
    else walk.unset.add(at.fieldPath);
    return;
  }
  switch (field.fieldKind) {
    case "list":
      decodeList(walk, message.get(field), node, at);
      break;
    case "map":
      decodeMap(walk, message.get(field), node, at);
      break;
    default: {
      const value = decodeSingle(walk, field, node, at);
      if (value !== undefined) message.set(field, value);
    }
  }
}

interface SingleType {
  readonly message?: DescMessage | undefined;
  readonly enum?: Parameters<typeof decodeEnum>[1] | undefined;
  readonly scalar?: ScalarType | undefined;
}

function decodeSingle(
  walk: DecodeWalk,
  type: SingleType,
  node: YamlNode,
  at: DecodeAt,
): ScalarInput | ReflectMessage | undefined {
  if (type.message !== undefined) return decodeMessage(walk, type.message, node, at);
  if (type.enum !== undefined) return decodeEnum(walk, type.enum, node, at);
  return decodeScalar(walk, type.scalar ?? ScalarType.STRING, node, at);
}

function decodeList(walk: DecodeWalk, list: ReflectList, node: YamlNode, at: DecodeAt): void {
  if (node.kind !== "list") {
    reportType(
      walk,
      at,
      node,
      "a list",
      listHint({ field: list.field(), node, at, read: (item) => read(walk, list.field(), item, at) }),
    );
    return;
  }
  node.items.forEach((item, index) => {
    const itemAt = atItem(at, `${at.fieldPath}[${index}]`, `${at.path}[${index}]`);
    walk.places.set(itemAt.fieldPath, { position: item.position, path: itemAt.path });
    const value = decodeSingle(walk, list.field(), item, itemAt);
    if (value !== undefined) list.add(value);
  });
}

/** What a value would be read as; undefined when it has a fault. Reports nothing. */
function read(walk: DecodeWalk, type: SingleType, node: YamlNode, at: DecodeAt) {
  const trial: DecodeWalk = { ...walk, problems: [], places: new Map(), failed: new Set() };
  const value = decodeSingle(trial, type, node, at);
  return trial.problems.length === 0 ? value : undefined;
}

function decodeMap(walk: DecodeWalk, map: ReflectMap, node: YamlNode, at: DecodeAt): void {
  if (node.kind !== "map") {
    reportType(walk, at, node, "a map");
    return;
  }
  const field = map.field();
  for (const entry of node.entries) {
    const key = mapKey(field.mapKey, entry.key);
    const path = keyPath(at.path, entry.key);
    if (key === undefined) {
      const message = `"${shorten(entry.key)}" is no key of this map`;
      const expected = field.mapKey === ScalarType.BOOL ? "true or false" : "integers";
      report(walk, at, {
        code: "E_DECODE_TYPE",
        position: entry.keyPosition,
        path,
        message,
        hint: `its keys are ${expected}`,
      });
      continue;
    }
    const shown = typeof key === "string" ? JSON.stringify(key) : String(key);
    const entryAt = atItem(at, `${at.fieldPath}[${shown}]`, path);
    const position = entry.value.kind === "scalar" ? entry.value.position : entry.keyPosition;
    walk.places.set(entryAt.fieldPath, { position, path });
    if (walk.unset !== undefined && entry.value.kind === "scalar" && entry.value.value === null) {
      walk.unset.add(entryAt.fieldPath);
      continue;
    }
    const value = decodeSingle(walk, field, entry.value, entryAt);
    if (value !== undefined) map.set(key, value);
  }
}

function mapKey(type: ScalarType, key: string): string | number | bigint | boolean | undefined {
  switch (type) {
    case ScalarType.STRING:
      return key;
    case ScalarType.BOOL:
      return key === "true" || (key === "false" ? false : undefined);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return /^-?\d{1,19}$/.test(key) ? BigInt(key) : undefined;
    default:
      return /^-?\d{1,9}$/.test(key) ? Number(key) : undefined;
  }
}

/** What {@link decode} reads. */
interface DecodeInput {
  readonly file: string;
  readonly root: YamlNode;
  /** True when the document is a manifest alone, not a stack input with `target`. */
  readonly bare: boolean;
  /** The stack input message of the kind, or another message that a document is to be read into. */
  readonly schema: DescMessage;
  /** True for an overlay, in which an empty value unsets a field. */
  readonly unsets?: boolean;
}

/** A decoded stack input. */
export interface Decoded {
  /** What could be decoded; whole when there are no errors among the problems. */
  readonly message: Message;
  readonly places: SourceMap;
  /** Errors and warnings, E_DECODE_* and E_REFERENCE_FORM, in the order of the document. */
  readonly problems: readonly Problem[];
  /** Field paths that have an error. */
  readonly failed: ReadonlySet<string>;
  /** Field paths that an overlay unsets. */
  readonly unset: ReadonlySet<string>;
}

/**
 * Decodes a document into a kind's stack input message. Keys in both styles, aliases of fields and values, and the
 * shorthands of references are understood; everything else that does not fit is reported, nothing is dropped.
 */
export function decode({ file, root, bare, schema, unsets = false }: DecodeInput): Decoded {
  const unset = unsets ? new Set<string>() : undefined;
  const walk: DecodeWalk = { file, problems: [], places: new Map(), failed: new Set(), camelKeys: 0, unset };
  const top = { position: root.position, path: "" };
  walk.places.set("", top);
  const message = reflect(schema);
  const target = schema.fields.find((field) => field.name === "target");
  if (bare && target?.message !== undefined) {
    walk.places.set(target.name, top);
    const manifest = decodeMessage(walk, target.message, root, { fieldPath: target.name, path: "", secret: false });
    if (manifest !== undefined) message.set(target, manifest);
  }
  const whole = bare ? message : decodeMessage(walk, schema, root, { fieldPath: "", path: "", secret: false });
  return {
    message: (whole ?? message).message,
    places: { byFieldPath: walk.places, keyStyle: walk.camelKeys > 0 ? "camel" : "snake" },
    problems: walk.problems,
    failed: walk.failed,
    unset: unset ?? new Set(),
  };
}
