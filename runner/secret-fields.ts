import { getOption } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { secret as secretOption } from "../apis/gen/es/planton/shared/v1/options_pb.js";
import { eachMessage } from "./each-message.js";
import { isValueOrRefMessage } from "./value-or-ref.js";

/** Every text that stands in a field with the option `secret`, without repeats. Names of references are none. */
export function secretValues(root: ReflectMessage): string[] {
  const found = new Set<string>();
  eachMessage(root, "", (message) => {
    for (const field of message.fields) {
      if (getOption(field, secretOption) && message.isSet(field)) collect(message.get(field), found);
    }
  });
  found.delete("");
  return [...found];
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === "string") found.add(value);
  if (typeof value !== "object" || value === null) return;
  if (isReflectMessage(value)) {
    eachMessage(value, "", (message) => collectTexts(message, found));
  } else if (Symbol.iterator in value && !(value instanceof Uint8Array)) {
    // Lists give items, maps give pairs of key and value: a key is harmless to mask as well.
    for (const item of value as Iterable<unknown>)
      for (const part of Array.isArray(item) ? item : [item]) collect(part, found);
  }
}

function collectTexts(message: ReflectMessage, found: Set<string>): void {
  if (message.desc.typeName === "planton.shared.v1.ValueFrom") return;
  if (isValueOrRefMessage(message.message)) {
    if (message.message.source.case === "value") found.add(message.message.source.value);
    return;
  }
  for (const field of message.fields) {
    if (field.fieldKind === "scalar" && message.isSet(field)) collect(message.get(field), found);
  }
}

function isReflectMessage(value: object): value is ReflectMessage {
  return "message" in value && "desc" in value;
}
