import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FieldRulesSchema, field as rulesOption } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { fieldsBelow } from "../../../contract/fields-below.js";
import { walkMessages } from "./walk-fields.js";

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
