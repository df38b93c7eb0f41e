import { clearExtension, type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  BoolRulesSchema,
  BytesRulesSchema,
  DoubleRulesSchema,
  EnumRulesSchema,
  FieldRulesSchema,
  FloatRulesSchema,
  Int32RulesSchema,
  Int64RulesSchema,
  MapRulesSchema,
  predefined,
  RepeatedRulesSchema,
  field as rulesOption,
  StringRulesSchema,
  UInt32RulesSchema,
  UInt64RulesSchema,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { fieldsBelow } from "../../../contract/fields/fields-below.js";
import { walkMessages } from "./walk-fields.js";

/** Types of standard rules that protovalidate checks by native code, where protos of kinds have such fields. */
export const nativeRuleTypes: readonly DescMessage[] = [
  BoolRulesSchema,
  BytesRulesSchema,
  DoubleRulesSchema,
  EnumRulesSchema,
  FloatRulesSchema,
  Int32RulesSchema,
  Int64RulesSchema,
  MapRulesSchema,
  RepeatedRulesSchema,
  StringRulesSchema,
  UInt32RulesSchema,
  UInt64RulesSchema,
];

/** Some lists are compared by CEL all the same. */
const byCel: ReadonlySet<DescField> = new Set([RepeatedRulesSchema.field.unique]);

/**
 * Takes the CEL away from the standard rules that protovalidate (1.3.0) checks by native code. It compiles the CEL of every
 * rule of a type when the first rule is in use, which is half of the time that a check takes in a new process. That native
 * code leaves none of them out is held by a test, and rules that would make it do so are refused
 * (`fieldsWithExtendedRules`).
 */
export function leaveToNativeCode(): void {
  for (const { fields } of nativeRuleTypes) {
    for (const field of fields) {
      const { options } = field.proto;
      if (options !== undefined && !byCel.has(field) && hasOption(field, predefined)) {
        clearExtension(options, predefined);
      }
    }
  }
}

/**
 * The fields of a message and of those within it that carry a rule which is an extension of protovalidate's rules. With
 * such a rule all rules beside it would be checked by CEL, which `leaveToNativeCode` takes away: kinds say it as `cel`.
 */
export function fieldsWithExtendedRules(message: DescMessage): readonly DescField[] {
  return fieldsBelow(message).filter(hasExtendedRule);
}

function hasExtendedRule(field: DescField): boolean {
  let found = false;
  walkMessages(reflect(FieldRulesSchema, getOption(field, rulesOption)), "", ({ message }) => {
    if (message.$unknown !== undefined && message.$unknown.length > 0) found = true;
  });
  return found;
}
