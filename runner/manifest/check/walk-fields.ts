import type { ReflectMessage } from "@bufbuild/protobuf/reflect";

/** What is done with each message; `fieldPath` is its path by proto field names, "" for the outermost. */
type MessageVisitor = (message: ReflectMessage, fieldPath: string) => void;

/** Visits a message and every message that is set within it: outer ones first, fields in the order of the proto file. */
export function walkMessages(message: ReflectMessage, fieldPath: string, visit: MessageVisitor): void {
  visit(message, fieldPath);
  const prefix = fieldPath === "" ? "" : `${fieldPath}.`;
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    const path = `${prefix}${field.name}`;
    if (field.fieldKind === "message") {
      walkMessages(message.get(field), path, visit);
    } else if (field.fieldKind === "list" && field.listKind === "message") {
      let index = 0;
      // The list kind says that the items are messages; ReflectList's type does not.
      for (const item of message.get(field)) walkMessages(item as ReflectMessage, `${path}[${index++}]`, visit);
    } else if (field.fieldKind === "map" && field.mapKind === "message") {
      for (const [key, value] of message.get(field)) {
        // As above, of the map kind.
        walkMessages(value as ReflectMessage, `${path}[${typeof key === "string" ? JSON.stringify(key) : key}]`, visit);
      }
    }
  }
}

/** The message in a field; undefined when it is not set, or is no message. */
export function childOf(message: ReflectMessage | undefined, name: string): ReflectMessage | undefined {
  const field = message?.fields.find((candidate) => candidate.name === name);
  if (message === undefined || field?.fieldKind !== "message" || !message.isSet(field)) return undefined;
  return message.get(field);
}
