import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  hasOption,
  type Message,
  type MessageInitShape,
  ScalarType,
  setExtension,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  FieldDescriptorProto_Type,
  type FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { createValidator, type Validator } from "@bufbuild/protovalidate";
import {
  FieldRulesSchema,
  file_buf_validate_validate,
  predefined,
  field as rulesOption,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, it } from "vitest";
import { leaveToNativeCode, nativeRuleTypes } from "./leave-to-native-code.js";

type FieldInit = Exclude<MessageInitShape<typeof FieldDescriptorProtoSchema>, Message>;

/** The third is what rules about parts and patterns of strings are given. */
const texts = [
  "",
  "a",
  "bb",
  "b",
  "abba",
  "\u00e9\u00e9",
  "a b",
  "no: \n",
  "x@y.zz",
  "y.zz",
  "y.zz:80",
  "1.2.3.4",
  "1.2.3.4/8",
  "1.0.0.0/8",
  "::1",
  "::1/64",
  "fe80::/10",
  "https://y.zz/a?b",
  "./a",
  "0b0f8c1e-3c5e-4d0a-9d3e-7f1e5a6b7c8d",
  "0b0f8c1e3c5e4d0a9d3e7f1e5a6b7c8d",
  "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  ".a.B",
  "a.B",
  "X-Header",
];

/** Standard rules that have CEL, each alone and, of ranges, both ends. */
const ruleSets = nativeRuleTypes.flatMap((type) => [
  ...type.fields.filter((field) => hasOption(field, predefined) && field.name !== "example").map((field) => [field]),
  ...[
    ["gt", "lt"],
    ["gte", "lte"],
  ].flatMap((names) => {
    const both = names.flatMap((name) => type.fields.filter((field) => field.name === name));
    return both.length === 2 ? [both] : [];
  }),
]);

const cases = ruleSets.map((rules) => ({
  name: `${rules[0]?.parent.name}.${rules.map(({ name }) => name).join()}`,
  schema: schemaOf(rules),
}));

const disabled = createValidator({ disableNativeRules: true });
const byCel = new Map(cases.map(({ name, schema }) => [name, brokenRules(disabled, schema)]));

describe("a standard rule without its CEL", () => {
  leaveToNativeCode();
  const native = createValidator();

  it.each(cases)("$name breaks for the same values as with it", ({ name, schema }) => {
    const broken = brokenRules(native, schema);
    expect(broken).toEqual(byCel.get(name));
    expect(new Set(broken).size).toBeGreaterThan(1);
  });
});

/**
 * A message whose fields carry the rules in each place: on a field, on the items of a list, on keys and values of a
 * map.
 */
function schemaOf(rules: readonly DescField[]): DescMessage {
  const type = rules[0]?.parent ?? FieldRulesSchema;
  const of = FieldRulesSchema.fields.find(({ message }) => message === type)?.localName ?? "";
  const set = reflect(type);
  for (const [index, rule] of rules.entries()) {
    if (rule.fieldKind === "list") set.get(rule).add(ruleValue(rule, index));
    else set.set(rule, ruleValue(rule, index) as never);
  }
  const given = ruleOf(of, set.message);
  const entry = "Message.EntriesEntry";
  const proto: FieldInit[] =
    of === "repeated" || of === "map"
      ? [
          option(
            {
              name: of === "map" ? "entries" : "items",
              label: 3,
              ...(of === "map" ? typed("message", entry) : typed("string")),
            },
            given,
          ),
        ]
      : [
          option({ name: "value", label: 1, ...typed(of) }, given),
          option({ name: "items", label: 3, ...typed(of) }, ruleOf("repeated", { items: given })),
          option({ name: "entries", label: 3, ...typed("message", entry) }, ruleOf("map", { values: given })),
        ];
  const values = of === "repeated" || of === "map" ? "string" : of;
  const file = create(FileDescriptorProtoSchema, {
    name: "rules.proto",
    syntax: "proto3",
    dependency: [file_buf_validate_validate.proto.name],
    enumType: [{ name: "Choice", value: [0, 1, 2, 3].map((number) => ({ name: `C${number}`, number })) }],
    messageType: [
      {
        name: "Message",
        field: proto.map((field, index) => ({ ...field, number: index + 1 })),
        nestedType: [
          {
            name: "EntriesEntry",
            options: { mapEntry: true },
            field: [
              { name: "key", number: 1, label: 1, ...typed("string") },
              { name: "value", number: 2, label: 1, ...typed(values) },
            ],
          },
        ],
      },
    ],
  });
  const schema = createFileRegistry(file, (name) =>
    name === file_buf_validate_validate.proto.name
      ? file_buf_validate_validate.proto
      : file_buf_validate_validate.dependencies.find((one) => one.proto.name === name)?.proto,
  ).getMessage("Message");
  if (schema === undefined) throw new Error("no message");
  return schema;
}

function ruleOf(type: string, value: object): Message {
  return create(FieldRulesSchema, { type: { case: type, value } } as never);
}

function option(field: FieldInit, rules: Message): FieldInit {
  const options = create(FieldOptionsSchema);
  setExtension(options, rulesOption, rules as never);
  return { ...field, options };
}

function typed(type: string, typeName = "Choice"): FieldInit {
  const known = FieldDescriptorProto_Type[type.toUpperCase() as "STRING"];
  return type === "enum" || type === "message" ? { type: known, typeName: `.${typeName}` } : { type: known };
}

/** Two as the value of a rule, in the rule's own type; the second end of a range is four. */
function ruleValue(rule: DescField, index: number): unknown {
  if (rule.enum !== undefined) return 1;
  return samplesOf(rule.scalar)[2 + 2 * index];
}

/** Values of a scalar, in ascending order. */
function samplesOf(scalar: ScalarType | undefined): readonly unknown[] {
  const numbers = [0, 1, 2, 3, 4, 5];
  switch (scalar) {
    case ScalarType.BOOL:
      return [false, true, true];
    case ScalarType.STRING:
      return texts;
    case ScalarType.BYTES:
      return [...texts.map((value) => new TextEncoder().encode(value)), new Uint8Array(4), new Uint8Array(16)];
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return numbers.map(BigInt);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return [...numbers, Number.NaN, Number.POSITIVE_INFINITY];
    default:
      return numbers;
  }
}

/** For each sample in each place: the rules that it breaks. */
function brokenRules(validator: Validator, schema: DescMessage): string[] {
  return schema.fields.flatMap((field) =>
    messagesWith(schema, field).map(({ message }) => {
      const result = validator.validate(schema, message);
      if (result.kind === "error") throw result.error;
      return result.kind === "valid" ? "" : result.violations.map(({ ruleId }) => `${field.name}: ${ruleId}`).join();
    }),
  );
}

function messagesWith(schema: DescMessage, field: DescField): ReflectMessage[] {
  const made = (values: readonly unknown[]): ReflectMessage => {
    const message = reflect(schema);
    for (const [index, value] of values.entries()) {
      if (field.fieldKind === "list") message.get(field).add(value);
      else if (field.fieldKind === "map") message.get(field).set(`key${index}`, value);
      else message.set(field, value);
    }
    return message;
  };
  const samples = samplesOf(field.scalar);
  const first = samples.slice(0, 1);
  const several =
    field.fieldKind === "scalar" || field.fieldKind === "enum"
      ? []
      : [[], samples.slice(0, 2), samples.slice(0, 3), [...first, ...first]];
  return [...samples.map((value) => [value]), ...several].map(made);
}
