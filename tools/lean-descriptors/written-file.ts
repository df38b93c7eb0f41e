/**
 * A file's descriptors as a bundle holds them: what protobuf finds out at each start is found out at build time. Members
 * have the names and values of protobuf's descriptors; what is a function is called when its value is first needed.
 */
export interface WrittenFile {
  readonly name: string;
  readonly edition: number;
  readonly deprecated: boolean;
  readonly proto: { readonly name: string; readonly package: string };
  readonly enums: readonly WrittenEnum[];
  readonly messages: readonly WrittenMessage[];
  readonly extensions: readonly WrittenExtension[];
}

/** What is asked for of the definition of a type, a field or a value. */
export interface WrittenProto {
  /** Of a field or an extension alone. */
  readonly type?: number;
  readonly options: WrittenOptions | undefined;
}

/** Values of planton's and protovalidate's options, by their numbers. */
export interface WrittenOptions {
  readonly $options: Readonly<Record<number, unknown>>;
}

/** What all have. */
export interface Written {
  readonly name: string;
  readonly deprecated: boolean;
  readonly proto: WrittenProto;
}

/** What messages and enums have in common. */
export interface WrittenType extends Written {
  readonly typeName: string;
}

export interface WrittenMessage extends WrittenType {
  /** Fields and oneofs in their order. */
  readonly members: () => readonly (WrittenField | WrittenOneof)[];
  readonly messages: readonly WrittenMessage[];
  readonly enums: readonly WrittenEnum[];
}

export interface WrittenOneof extends Written {
  readonly kind: "oneof";
  readonly localName: string;
  readonly fields: readonly WrittenField[];
}

/** What fields and extensions have in common. */
export interface WrittenElement extends Written {
  readonly number: number;
  readonly jsonName: string;
  readonly presence: number;
  readonly utf8Validation: boolean;
  readonly fieldKind: string;
  readonly listKind: string | undefined;
  readonly mapKind: string | undefined;
  readonly mapKey: number | undefined;
  readonly scalar: number | undefined;
  /** Full name of the message or enum, or of that of the values of a map. */
  readonly ofType: string | undefined;
  readonly packed: boolean | undefined;
  readonly delimitedEncoding: boolean | undefined;
}

export interface WrittenField extends WrittenElement {
  readonly kind: "field";
  readonly localName: string;
}

export interface WrittenExtension extends WrittenElement {
  readonly kind: "extension";
  readonly typeName: string;
  readonly extendedType: string;
}

export interface WrittenEnum extends WrittenType {
  readonly open: boolean;
  readonly sharedPrefix: string | undefined;
  readonly values: () => readonly WrittenEnumValue[];
}

export interface WrittenEnumValue extends Written {
  readonly kind: "enum_value";
  readonly localName: string;
  readonly jsonName: string;
  readonly number: number;
}
