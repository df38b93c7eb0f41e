import {
  type AnyDesc,
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescOneof,
  isFieldSet,
} from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type, FieldDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { optionValues } from "./option-values.js";
import type {
  Written,
  WrittenElement,
  WrittenEnum,
  WrittenEnumValue,
  WrittenExtension,
  WrittenField,
  WrittenFile,
  WrittenMessage,
  WrittenOneof,
} from "./written-file.js";

/**
 * What a bundle is to hold of a file's descriptors. Throws for what bundles do not know, as no file of theirs has it:
 * services, options of the file itself, groups, extensions inside of messages, options that are enums, oneofs with other
 * fields between their own, defaults of fields, 64-bit integers as texts.
 */
export function toWrittenFile(file: DescFile): WrittenFile {
  refuse(file, "services", file.services.length > 0);
  refuse(file, "options of the file", optionValues(file) !== undefined);
  return {
    name: file.name,
    edition: file.edition,
    deprecated: file.deprecated,
    proto: { name: file.proto.name, package: file.proto.package },
    enums: file.enums.map(writtenEnum),
    messages: file.messages.map(writtenMessage),
    extensions: file.extensions.map(writtenExtension),
  };
}

function writtenMessage(message: DescMessage): WrittenMessage {
  refuse(message, "extensions", message.nestedExtensions.length > 0);
  const { fields, members } = message;
  const inMembers = members.flatMap((member) => (member.kind === "field" ? [member] : member.fields));
  refuse(
    message,
    "a oneof with other fields in it",
    inMembers.some((field, index) => field !== fields[index]),
  );
  return {
    ...written(message),
    typeName: message.typeName,
    members: () => members.map((member) => (member.kind === "field" ? writtenField(member) : writtenOneof(member))),
    messages: message.nestedMessages.map(writtenMessage),
    enums: message.nestedEnums.map(writtenEnum),
  };
}

function writtenOneof(oneof: DescOneof): WrittenOneof {
  return { ...written(oneof), kind: "oneof", localName: oneof.localName, fields: oneof.fields.map(writtenField) };
}

function writtenField(field: DescField): WrittenField {
  return { ...writtenElement(field), kind: "field", localName: field.localName };
}

function writtenExtension(extension: DescExtension): WrittenExtension {
  refuse(extension, "an enum as an option", extension.fieldKind === "enum");
  const { typeName, extendee } = extension;
  return { ...writtenElement(extension), kind: "extension", typeName, extendedType: extendee.typeName };
}

/** Members that fields of some kinds have. */
interface OfSomeKind {
  readonly listKind?: string;
  readonly mapKind?: string;
  readonly mapKey?: number;
  readonly scalar?: number | undefined;
  readonly packed?: boolean;
  readonly delimitedEncoding?: boolean;
  readonly longAsString?: boolean;
}

function writtenElement(field: DescField | DescExtension): WrittenElement {
  const { listKind, mapKind, mapKey, scalar, packed, delimitedEncoding, longAsString }: OfSomeKind = field;
  refuse(field, "a default", isFieldSet(field.proto, FieldDescriptorProtoSchema.field.defaultValue));
  refuse(field, "a group", field.proto.type === FieldDescriptorProto_Type.GROUP);
  refuse(field, "integers as texts", longAsString === true);
  const { proto, ...rest } = written(field);
  return {
    ...rest,
    proto: { ...proto, type: field.proto.type },
    number: field.number,
    jsonName: field.jsonName,
    presence: field.presence,
    utf8Validation: field.utf8Validation,
    fieldKind: field.fieldKind,
    listKind,
    mapKind,
    mapKey,
    scalar,
    ofType: (field.message ?? field.enum)?.typeName,
    packed,
    delimitedEncoding,
  };
}

function writtenEnum(type: DescEnum): WrittenEnum {
  const { typeName, open, sharedPrefix } = type;
  return { ...written(type), typeName, open, sharedPrefix, values: () => type.values.map(writtenEnumValue) };
}

function writtenEnumValue(value: DescEnumValue): WrittenEnumValue {
  const { localName, jsonName, number } = value;
  return { ...written(value), kind: "enum_value", localName, jsonName, number };
}

function written(desc: Exclude<AnyDesc, DescFile>): Written {
  const $options = optionValues(desc);
  return { name: desc.name, deprecated: desc.deprecated, proto: { options: $options && { $options } } };
}

function refuse(desc: AnyDesc, what: string, isSo: boolean): void {
  if (isSo) throw new Error(`${desc} has what bundles do not know: ${what}`);
}
