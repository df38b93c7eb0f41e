import type { DescribedFile } from "./described-file.js";
import { type DescribedEnum, type DescribedMessage, describedType } from "./described-types.js";
import type { WrittenElement, WrittenExtension, WrittenField, WrittenOneof } from "./written-file.js";

/** In place of protobuf's descriptor of a field. */
export interface DescribedField extends Omit<WrittenField, "ofType">, Types {
  readonly parent: DescribedMessage;
  readonly oneof: DescribedOneof | undefined;
  readonly longAsString: boolean;
  readonly getDefaultValue: () => undefined;
  toString(): string;
}

/** In place of protobuf's descriptor of a oneof. */
export interface DescribedOneof extends Omit<WrittenOneof, "fields"> {
  readonly parent: DescribedMessage;
  fields: readonly DescribedField[];
  toString(): string;
}

/** A field of a message, or a oneof with its fields. */
export function describedMember(
  member: WrittenField | WrittenOneof,
  parent: DescribedMessage,
): DescribedField | DescribedOneof {
  if (member.kind === "field") return describedField(member, parent);
  const oneof: DescribedOneof = { ...member, parent, fields: [], toString: memberText };
  oneof.fields = member.fields.map((field) => describedField(field, parent, oneof));
  return oneof;
}

function describedField(written: WrittenField, parent: DescribedMessage, oneof?: DescribedOneof): DescribedField {
  const { message, enum: type } = typesOf(written);
  // Members one by one: an object of this size takes V8 many times as long when it is spread.
  return {
    kind: "field",
    name: written.name,
    number: written.number,
    localName: written.localName,
    jsonName: written.jsonName,
    parent,
    oneof,
    deprecated: written.deprecated,
    proto: written.proto,
    presence: written.presence,
    utf8Validation: written.utf8Validation,
    fieldKind: written.fieldKind,
    listKind: written.listKind,
    mapKind: written.mapKind,
    mapKey: written.mapKey,
    scalar: written.scalar,
    message,
    enum: type,
    packed: written.packed,
    delimitedEncoding: written.delimitedEncoding,
    longAsString: false,
    getDefaultValue: noDefault,
    toString: memberText,
  };
}

/** The build refuses defaults. */
function noDefault(): undefined {}

/** In place of protobuf's descriptor of an extension. */
export function describedExtension(written: WrittenExtension, file: DescribedFile): object {
  const extendee = describedType(written.extendedType);
  return { ...written, ...typesOf(written), longAsString: false, file, extendee, toString: extensionText };
}

interface Types {
  readonly message: DescribedMessage | undefined;
  readonly enum: DescribedEnum | undefined;
}

function typesOf({ ofType }: WrittenElement): Types {
  const type = ofType === undefined ? undefined : describedType(ofType);
  const isMessage = type?.kind === "message";
  return { message: isMessage ? type : undefined, enum: isMessage ? undefined : type };
}

function memberText(this: DescribedField | DescribedOneof): string {
  return `${this.kind} ${this.parent.typeName}.${this.name}`;
}

function extensionText(this: WrittenExtension): string {
  return `extension ${this.typeName}`;
}
