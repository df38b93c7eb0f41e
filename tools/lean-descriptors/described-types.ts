import type { DescribedFile } from "./described-file.js";
import { type DescribedField, type DescribedOneof, describedMember } from "./described-members.js";
import type { WrittenEnum, WrittenEnumValue, WrittenMessage, WrittenProto, WrittenType } from "./written-file.js";

type DescribedType = DescribedMessage | DescribedEnum;

const types = new Map<string, DescribedType>();

/** The message or enum of a full name, which a file has that was asked for; throws when none has. */
export function describedType(typeName: string): DescribedType {
  const type = types.get(typeName);
  if (type === undefined) throw new Error(`no file was asked for that has "${typeName}"`);
  return type;
}

interface Parts {
  readonly members: readonly (DescribedField | DescribedOneof)[];
  readonly oneofs: readonly DescribedOneof[];
  readonly fields: readonly DescribedField[];
  readonly field: Readonly<Record<string, DescribedField>>;
}

/** What descriptors of messages and enums have in common. */
abstract class Described<Of extends WrittenType> {
  abstract readonly kind: "message" | "enum";
  readonly name: string;
  readonly typeName: string;
  readonly deprecated: boolean;
  readonly proto: WrittenProto;

  constructor(
    protected readonly written: Of,
    readonly file: DescribedFile,
    readonly parent?: DescribedMessage,
  ) {
    this.name = written.name;
    this.typeName = written.typeName;
    this.deprecated = written.deprecated;
    this.proto = written.proto;
  }

  toString(): string {
    return `${this.kind} ${this.typeName}`;
  }
}

/** In place of protobuf's descriptor of a message. Its fields are made when they are first asked for. */
export class DescribedMessage extends Described<WrittenMessage> {
  readonly kind = "message";
  readonly nestedMessages: readonly DescribedMessage[];
  readonly nestedEnums: readonly DescribedEnum[];
  readonly nestedExtensions: readonly never[] = [];
  private made: Parts | undefined;

  constructor(written: WrittenMessage, file: DescribedFile, parent?: DescribedMessage) {
    super(written, file, parent);
    this.nestedMessages = written.messages.map((message) => new DescribedMessage(message, file, this));
    this.nestedEnums = written.enums.map((type) => new DescribedEnum(type, file, this));
    types.set(this.typeName, this);
  }

  get members(): Parts["members"] {
    return this.parts().members;
  }

  get oneofs(): Parts["oneofs"] {
    return this.parts().oneofs;
  }

  get fields(): Parts["fields"] {
    return this.parts().fields;
  }

  /** Fields by their local names. */
  get field(): Parts["field"] {
    return this.parts().field;
  }

  private parts(): Parts {
    this.made ??= this.makeParts();
    return this.made;
  }

  private makeParts(): Parts {
    const members = this.written.members().map((member) => describedMember(member, this));
    const fields = members.flatMap((member) => (member.kind === "oneof" ? member.fields : [member]));
    const field = Object.fromEntries(fields.map((each) => [each.localName, each]));
    return { members, oneofs: members.filter((member) => member.kind === "oneof"), fields, field };
  }
}

/** In place of protobuf's descriptor of an enum. Its values are made when they are first asked for. */
export class DescribedEnum extends Described<WrittenEnum> {
  readonly kind = "enum";
  readonly open: boolean;
  readonly sharedPrefix: string | undefined;
  private made: readonly DescribedEnumValue[] | undefined;
  private byNumber: Readonly<Record<number, DescribedEnumValue>> | undefined;

  constructor(written: WrittenEnum, file: DescribedFile, parent?: DescribedMessage) {
    super(written, file, parent);
    this.open = written.open;
    this.sharedPrefix = written.sharedPrefix;
    types.set(this.typeName, this);
  }

  get values(): readonly DescribedEnumValue[] {
    this.made ??= this.written.values().map((value) => ({ ...value, parent: this, toString: valueText }));
    return this.made;
  }

  /** Values by their numbers; of several with one number the first. */
  get value(): Readonly<Record<number, DescribedEnumValue>> {
    this.byNumber ??= Object.fromEntries(this.values.toReversed().map((value) => [value.number, value]));
    return this.byNumber;
  }
}

interface DescribedEnumValue extends WrittenEnumValue {
  readonly parent: DescribedEnum;
}

function valueText(this: DescribedEnumValue): string {
  return `enum value ${this.parent.typeName}.${this.name}`;
}
