import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  FieldRulesSchema,
  field as fieldRules,
  MessageRulesSchema,
  message as messageRules,
  OneofRulesSchema,
  oneof as oneofRules,
  predefined,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { Catalog } from "../../contract/catalog.js";
import { walkMessages } from "../../runner/manifest/check/walk-fields.js";

/** What a catalog uses of protovalidate. */
export interface UsedRules {
  /** Text of every CEL expression of the catalog's own rules and of the standard ones it sets, sorted, without repeats. */
  readonly expressions: readonly string[];
  /** Full names of the messages that its rules are made of: `buf.validate.StringRules`. */
  readonly messages: ReadonlySet<string>;
  /** Full names of the fields that its rules set: `buf.validate.StringRules.min_len`. */
  readonly fields: ReadonlySet<string>;
}

/** CEL expressions that a field of a message of rules holds. */
function expressionsOf(message: ReflectMessage, field: DescField): readonly string[] {
  if (field.name === "cel_expression" && field.fieldKind === "list") return [...message.get(field)].map(String);
  const isExpression = message.desc.typeName === "buf.validate.Rule" && field.name === "expression";
  return isExpression && field.fieldKind === "scalar" ? [String(message.get(field))] : [];
}

/** Collects the rules of every message that a stack input of the catalog may hold. */
export function usedRules(catalog: Catalog): UsedRules {
  const expressions = new Set<string>();
  const messages = new Set<string>();
  const fields = new Set<string>();
  const collect = (rules: ReflectMessage): void => {
    walkMessages(rules, "", (message) => {
      messages.add(message.desc.typeName);
      for (const field of message.fields) {
        if (!message.isSet(field)) continue;
        fields.add(`${message.desc.typeName}.${field.name}`);
        for (const rule of getOption(field, predefined).cel) expressions.add(rule.expression);
        for (const expression of expressionsOf(message, field)) expressions.add(expression);
      }
    });
  };
  const seen = new Set<DescMessage>();
  const visit = (schema: DescMessage): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    collect(reflect(MessageRulesSchema, getOption(schema, messageRules)));
    for (const oneof of schema.oneofs) collect(reflect(OneofRulesSchema, getOption(oneof, oneofRules)));
    for (const field of schema.fields) {
      collect(reflect(FieldRulesSchema, getOption(field, fieldRules)));
      if (field.message !== undefined) visit(field.message);
    }
  };
  for (const { stackInput } of catalog.kinds) visit(stackInput);
  return { expressions: [...expressions].sort(), messages, fields };
}
