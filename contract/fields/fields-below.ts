import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** All fields of a message and of the messages below it, each message once. */
export function fieldsBelow(message: DescMessage, seen = new Set<string>()): DescField[] {
  if (seen.has(message.typeName)) return [];
  seen.add(message.typeName);
  return message.fields.flatMap((field) => [
    field,
    ...(field.message === undefined ? [] : fieldsBelow(field.message, seen)),
  ]);
}
