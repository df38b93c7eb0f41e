import {
  clone,
  create,
  type DescField,
  type DescMessage,
  isMessage,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { StringValueOrRefSchema } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import { knownValues } from "../../../contract/fields/known-values.js";
import { isValueOrRef } from "../../../runner/manifest/decode/value-or-ref.js";

/** A change of one field of a message; undefined stands for leaving the field out. */
export type FieldValue = unknown;

/** Field paths below a message, those within lists of messages as well; references count as one value. */
export function fieldPaths(fields: readonly DescField[]): DescField[][] {
  return fields.flatMap((field) => {
    const inner = field.message === undefined || isValueOrRef(field.message) ? [] : fieldPaths(field.message.fields);
    return [[field], ...inner.map((path) => [field, ...path])];
  });
}

/**
 * The message that holds the last field of a path, through the first element of lists that has the next one; undefined
 * where it is not set.
 */
export function holderOf(root: ReflectMessage, path: readonly DescField[]): ReflectMessage | undefined {
  return path.slice(0, -1).reduce<ReflectMessage | undefined>((holder, field, index) => {
    if (holder === undefined || !holder.isSet(field)) return undefined;
    if (field.fieldKind === "message") return holder.get(field);
    if (field.fieldKind !== "list" || field.listKind !== "message") return undefined;
    const elements = [...holder.get(field)] as ReflectMessage[];
    const next = path[index + 1];
    return elements.find((element) => next !== undefined && element.isSet(next)) ?? elements[0];
  }, root);
}

/** The value of a field as plain data: scalars, enum numbers, messages, arrays and maps of them; undefined where unset. */
export function presentValue(holder: ReflectMessage, field: DescField): FieldValue {
  if (!holder.isSet(field)) return undefined;
  if (field.fieldKind === "message") return holder.get(field).message;
  if (field.fieldKind === "list") {
    return [...holder.get(field)].map((item) =>
      field.listKind === "message" ? (item as ReflectMessage).message : item,
    );
  }
  if (field.fieldKind === "map") {
    const entries = [...holder.get(field)].map(([key, item]) => [
      key,
      field.mapKind === "message" ? (item as ReflectMessage).message : item,
    ]);
    return Object.fromEntries(entries);
  }
  return holder.get(field);
}

/** Sets a field to plain data as {@link presentValue} gives it. */
export function setValue(holder: ReflectMessage, field: DescField, value: FieldValue): void {
  holder.clear(field);
  if (value === undefined) return;
  if (field.fieldKind === "message") holder.set(field, copyOf(field, value));
  else if (field.fieldKind === "list") {
    const list = holder.get(field);
    for (const item of Array.isArray(value) ? value : [])
      list.add(field.listKind === "message" ? copyOf(field, item) : item);
  } else if (field.fieldKind === "map") {
    for (const [key, item] of Object.entries(value ?? {}))
      holder.get(field).set(key, field.mapKind === "message" ? copyOf(field, item) : item);
  } else holder.set(field, value as string | number | bigint | boolean | Uint8Array);
}

/**
 * Values that a field might have instead of its present one; which of them the rules allow has to be tried. `pool` are
 * values that the same field has elsewhere.
 */
export function otherValues(field: DescField, current: FieldValue, pool: readonly FieldValue[]): FieldValue[] {
  return [...pool, ...variations(field, current), undefined].filter((value) => !isSame(field, value, current));
}

function variations(field: DescField, current: FieldValue): FieldValue[] {
  if (field.fieldKind === "enum") return field.enum.values.map(({ number }) => number);
  if (field.fieldKind === "message") {
    if (!isValueOrRef(field.message)) return isMessage(current) ? messageVariations(field, current) : [];
    return [
      create(StringValueOrRefSchema, { source: { case: "value", value: "11111111-1111-1111-1111-111111111111" } }),
    ];
  }
  if (field.fieldKind === "list") {
    const items: unknown[] = Array.isArray(current) ? current : [];
    return [items.slice(1), ...(field.listKind === "scalar" ? [[...items, "other-item"]] : [])];
  }
  if (field.fieldKind === "map") return [{}, ...(field.mapKind === "message" ? [] : [{ "other-key": "other-text" }])];
  if (field.scalar === ScalarType.BOOL) return [true, false];
  if (typeof current === "bigint") return [current + 1n, current - 1n, current + 10n];
  if (field.scalar !== ScalarType.STRING)
    return typeof current === "number" ? [current + 1, current - 1, current + 10] : [1, 2, 10];
  return [...knownValues(field).values, ...textVariations(typeof current === "string" ? current : "other-text-1")];
}

/** The message with another value of one of its fields. */
function messageVariations(field: DescField & { readonly message: DescMessage }, current: Message): Message[] {
  return field.message.fields.flatMap((inner) => {
    const present = presentValue(reflect(field.message, current), inner);
    if (present === undefined) return [];
    const others = variations(inner, present).filter((value) => !isSame(inner, value, present));
    return others.map((value) => {
      const changed = clone(field.message, current);
      setValue(reflect(field.message, changed), inner, value);
      return changed;
    });
  });
}

/** The text with one letter or digit after the other replaced, from its end. */
function textVariations(text: string): string[] {
  const replace = (letter: string): string =>
    /\d/.test(letter)
      ? letter === "1"
        ? "2"
        : "1"
      : letter === "a"
        ? "b"
        : letter === "A"
          ? "B"
          : letter < "a"
            ? "A"
            : "a";
  return [...text]
    .flatMap((letter, at) =>
      /[A-Za-z0-9]/.test(letter) ? [text.slice(0, at) + replace(letter) + text.slice(at + 1)] : [],
    )
    .reverse();
}

function copyOf(field: DescField, value: unknown): ReflectMessage {
  const schema = field.message;
  if (schema === undefined || !isMessage(value, schema)) throw new Error(`no message for ${field.toString()}`);
  return reflect(schema, clone(schema, value));
}

function isSame(field: DescField, a: FieldValue, b: FieldValue): boolean {
  const text = (value: FieldValue): string =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)) ?? "undefined";
  return text(a) === text(b) || (field.fieldKind === "list" && text(a) === "[]" && b === undefined);
}

/** A copy of a message with one field changed; undefined when the message that holds the field is not there. */
export function withChange(
  base: { readonly schema: Parameters<typeof reflect>[0]; readonly message: Message },
  path: readonly DescField[],
  value: FieldValue,
): Message | undefined {
  const copy = reflect(base.schema, clone(base.schema, base.message));
  const holder = holderOf(copy, path);
  const field = path.at(-1);
  if (holder === undefined || field === undefined) return undefined;
  setValue(holder, field, value);
  return copy.message;
}
