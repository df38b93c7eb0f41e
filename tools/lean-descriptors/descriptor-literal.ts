import { create, type DescExtension, type DescMessage, fromBinary, getExtension } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { file_planton_shared_v1_options } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { shapedLiterals, type WrittenObject } from "../shaped-literals.js";

const types = [file_google_protobuf_descriptor, file_buf_validate_validate, file_planton_shared_v1_options].flatMap(
  (file) => [...nestedTypes(file)],
);

/** Messages that descriptors and their options are made of, in the order of their prototypes. */
const messages = types.filter((type): type is DescMessage => type.kind === "message");
const indexes = new Map(messages.map(({ typeName }, index) => [typeName, index]));

/** Options by what they extend and their number. */
const options = new Map(
  types
    .filter((type): type is DescExtension => type.kind === "extension")
    .map((extension) => [`${extension.extendee.typeName} ${extension.number}`, extension]),
);

/** Source of a module that exports `p`: the prototypes of the literals below, which hold the defaults of their fields. */
export function prototypesSource(): string {
  const { write } = shapedLiterals();
  const prototypes = messages.map((schema) => {
    const prototype: unknown = Object.getPrototypeOf(create(schema));
    if (prototype === Object.prototype) return "Object.prototype";
    const members = Object.entries(prototype as object).map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`);
    return `{${members.join(",")}}`;
  });
  return `export const p = [${prototypes.join(",\n")}];\n`;
}

/** Source of the descriptor of a file, given in base64 as generated code holds it. */
export function fileLiteral(base64: string): string {
  const file = fromBinary(FileDescriptorProtoSchema, base64Decode(base64));
  file.messageType.forEach(restoreJsonNames);
  return expressionOf(file);
}

/** The same of descriptor.proto, without fields and values of enums: its messages serve as what options extend alone. */
export function fieldlessDescriptorLiteral(): string {
  const { proto } = file_google_protobuf_descriptor;
  const file: FileDescriptorProto = { ...proto, messageType: proto.messageType.map(withoutFields) };
  return expressionOf(file);
}

function withoutFields(message: DescriptorProto): DescriptorProto {
  const nestedType = message.nestedType.map(withoutFields);
  return { ...message, field: [], extensionRange: [], enumType: message.enumType.map(withoutValues), nestedType };
}

const withoutValues = (type: EnumDescriptorProto): EnumDescriptorProto => ({ ...type, value: [] });

function expressionOf(file: FileDescriptorProto): string {
  const { write, declarations } = shapedLiterals(written);
  const literal = write(file);
  return `(() => {\n${declarations()}return ${literal};\n})()`;
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

type AnyMessage = Parameters<typeof getExtension>[0];

const isMessage = (value: object): value is AnyMessage => "$typeName" in value && typeof value.$typeName === "string";

/** Options, which a message holds as unknown fields in binary form, stand decoded under `$options`, by their numbers. */
function written(value: object): WrittenObject {
  if (!isMessage(value)) return { members: { ...value } };
  const { $unknown: unknown = [], ...members } = value;
  const decoded = unknown.map(({ no }) => [no, optionOf(value, no)] as const);
  const index = indexes.get(value.$typeName);
  return {
    ...(index === undefined ? {} : { prototype: `p[${index}]` }),
    members: decoded.length === 0 ? members : { ...members, $options: Object.fromEntries(decoded) },
  };
}

function optionOf(message: AnyMessage, no: number): unknown {
  const option = options.get(`${message.$typeName} ${no}`);
  if (option === undefined) throw new Error(`${message.$typeName} has an option that nobody knows: ${no}`);
  return getExtension(message, option);
}
