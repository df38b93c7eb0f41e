import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

const indent = "  ";
/** Upper bound of an extension range that the source writes as "max" (exclusive). */
const maxFieldNumber = 536870912;

/**
 * The text of a .proto file for a proto2 descriptor: syntax, package, imports, messages, enums and extensions.
 * Comments and options are left out; names, numbers, labels, types and oneofs are complete.
 */
export function protoText(file: FileDescriptorProto): string {
  if (file.syntax !== "" && file.syntax !== "proto2")
    throw new Error(`only proto2 files are printed, not "${file.syntax}"`);
  const blocks = [
    `syntax = "proto2";`,
    `package ${file.package};`,
    file.dependency.map((path) => `import "${path}";`).join("\n"),
    ...extensionBlocks(file.extension, ""),
    ...file.messageType.map((message) => messageText(message, "")),
    ...file.enumType.map((enumeration) => enumText(enumeration, "")),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function messageText(message: DescriptorProto, margin: string): string {
  const inner = margin + indent;
  const mapEntries = new Set(
    message.nestedType.filter((nested) => nested.options?.mapEntry).map((nested) => nested.name),
  );
  if (mapEntries.size > 0) throw new Error(`map fields are not printed: "${message.name}"`);
  const lines = [
    ...message.nestedType.map((nested) => messageText(nested, inner)),
    ...message.enumType.map((nested) => enumText(nested, inner)),
    ...extensionBlocks(message.extension, inner),
    ...fieldLines(message, inner),
    ...message.extensionRange.map(({ start, end }) => `${inner}extensions ${rangeText(start, end)};`),
    ...message.reservedRange.map(({ start, end }) => `${inner}reserved ${rangeText(start, end)};`),
    ...message.reservedName.map((name) => `${inner}reserved "${name}";`),
  ];
  return lines.length === 0
    ? `${margin}message ${message.name} {}`
    : [`${margin}message ${message.name} {`, ...lines, `${margin}}`].join("\n");
}

function fieldLines(message: DescriptorProto, margin: string): string[] {
  const lines: string[] = [];
  const printed = new Set<number>();
  for (const field of message.field) {
    if (!Object.hasOwn(field, "oneofIndex")) {
      lines.push(`${margin}${label(field)} ${fieldText(field)}`);
    } else if (!printed.has(field.oneofIndex)) {
      printed.add(field.oneofIndex);
      const members = message.field.filter(
        (other) => Object.hasOwn(other, "oneofIndex") && other.oneofIndex === field.oneofIndex,
      );
      lines.push(`${margin}oneof ${message.oneofDecl[field.oneofIndex]?.name} {`);
      lines.push(...members.map((member) => `${margin}${indent}${fieldText(member)}`), `${margin}}`);
    }
  }
  return lines;
}

function extensionBlocks(extensions: readonly FieldDescriptorProto[], margin: string): string[] {
  const extendees = [...new Set(extensions.map((extension) => extension.extendee))];
  return extendees.map((extendee) =>
    [
      `${margin}extend ${extendee} {`,
      ...extensions
        .filter((extension) => extension.extendee === extendee)
        .map((extension) => `${margin}${indent}${label(extension)} ${fieldText(extension)}`),
      `${margin}}`,
    ].join("\n"),
  );
}

function enumText(enumeration: EnumDescriptorProto, margin: string): string {
  const lines = [
    ...(enumeration.options?.allowAlias ? [`${margin}${indent}option allow_alias = true;`] : []),
    ...enumeration.value.map((value) => `${margin}${indent}${value.name} = ${value.number};`),
    ...enumeration.reservedRange.map(({ start, end }) => `${margin}${indent}reserved ${rangeText(start, end + 1)};`),
    ...enumeration.reservedName.map((name) => `${margin}${indent}reserved "${name}";`),
  ];
  return [`${margin}enum ${enumeration.name} {`, ...lines, `${margin}}`].join("\n");
}

const fieldText = (field: FieldDescriptorProto): string => `${typeText(field)} ${field.name} = ${field.number};`;

function typeText(field: FieldDescriptorProto): string {
  if (field.type === FieldDescriptorProto_Type.GROUP) throw new Error(`groups are not printed: "${field.name}"`);
  return field.typeName !== "" ? field.typeName : FieldDescriptorProto_Type[field.type].toLowerCase();
}

const label = (field: FieldDescriptorProto): string => FieldDescriptorProto_Label[field.label].toLowerCase();

function rangeText(start: number, end: number): string {
  if (end >= maxFieldNumber) return `${start} to max`;
  return end - 1 === start ? `${start}` : `${start} to ${end - 1}`;
}
