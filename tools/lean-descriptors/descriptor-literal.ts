import { create, fromBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";

/** Messages that descriptors are made of, in the order of their prototypes. */
const messages = [...nestedTypes(file_google_protobuf_descriptor)].filter((type) => type.kind === "message");
const indexes = new Map(messages.map(({ typeName }, index) => [typeName, index]));

/** Source of a module that exports `p`: the prototypes of the literals below, which hold the defaults of their fields. */
export function prototypesSource(): string {
  const prototypes = messages.map((schema) => {
    const prototype: unknown = Object.getPrototypeOf(create(schema));
    return prototype === Object.prototype ? "Object.prototype" : literal({ ...(prototype as object) });
  });
  return `export const p = [${prototypes.join(",\n")}];\n`;
}

/** The descriptor of a file, given in base64 as generated code holds it, as a JavaScript literal. */
export function fileLiteral(base64: string): string {
  const file = fromBinary(FileDescriptorProtoSchema, base64Decode(base64));
  file.messageType.forEach(restoreJsonNames);
  return literal(file);
}

/** The literal of descriptor.proto without the fields of its messages: they serve as what options extend alone. */
export function fieldlessDescriptorLiteral(): string {
  const { proto } = file_google_protobuf_descriptor;
  const file: FileDescriptorProto = { ...proto, messageType: proto.messageType.map(withoutFields) };
  return literal(file);
}

function withoutFields(message: DescriptorProto): DescriptorProto {
  return { ...message, field: [], extensionRange: [], nestedType: message.nestedType.map(withoutFields) };
}

/** Generated code leaves out the JSON names that follow from fields' names (codegenv2 of @bufbuild/protobuf 2.17). */
function restoreJsonNames(message: DescriptorProto): void {
  for (const field of message.field) {
    if (!Object.hasOwn(field, "jsonName")) field.jsonName = jsonName(field.name);
  }
  message.nestedType.forEach(restoreJsonNames);
}

function jsonName(name: string): string {
  return name.replace(/_+([^_]?)/g, (_match, next: string) => next.toUpperCase());
}

function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `new Uint8Array([${value.join(",")}])`;
  if (Array.isArray(value)) return `[${value.map(literal).join(",")}]`;
  if (typeof value !== "object" || value === null) return value === undefined ? "void 0" : JSON.stringify(value);
  const index = "$typeName" in value ? indexes.get(String(value.$typeName)) : undefined;
  const members = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${literal(part)}`);
  return `{${index === undefined ? "" : `__proto__:p[${index}],`}${members.join(",")}}`;
}
