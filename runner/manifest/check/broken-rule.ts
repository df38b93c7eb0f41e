import { type DescField, hasOption, ScalarType } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { expected_pattern, pattern_warning } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import { isValueOrRef, isValueOrRefMessage } from "../decode/value-or-ref.js";
import { violationsOf } from "./validate.js";

/** A value of a field: of a list one item or all of them, of a map one value, of a reference its literal. */
export type FieldValue = string | number | bigint | boolean | Uint8Array | ReflectMessage | readonly FieldValue[];

/** A rule that a value breaks. */
interface BrokenRule {
  /** Id of the rule; undefined for the form of `expected_pattern`. */
  readonly rule?: string;
  /** What it says. */
  readonly message: string;
}

/** What {@link brokenRuleOf} says, without the rule's id. */
export function brokenRule(field: DescField, value: FieldValue, around?: DescField): string | undefined {
  return brokenRuleOf(field, value, around)?.message;
}

/**
 * What the rules of a field say against a value, and rules of the field `around` its message that are about it; undefined
 * when it passes them. Rules across fields, and items that are missing, are left out. Takes milliseconds: it is for hints
 * of values that are refused already.
 */
export function brokenRuleOf(field: DescField, value: FieldValue, around?: DescField): BrokenRule | undefined {
  const message = reflect(field.parent);
  setField(message, field, value);
  const violation = violationsOf(message).find(({ field: [first], ruleId }) => {
    const isWhole = ruleId.startsWith("repeated.") && !Array.isArray(value);
    return first?.kind === "field" && first.name === field.name && !isWhole;
  });
  if (violation !== undefined) return { rule: violation.ruleId, message: violation.message };
  if (around?.fieldKind === "message" && around.message === field.parent) {
    const outer = reflect(around.parent);
    outer.set(around, message);
    const found = violationsOf(outer).find(
      ({ field: path, ruleId }) =>
        path.length === 1 &&
        path[0]?.kind === "field" &&
        path[0].name === around.name &&
        ruleId.split(".")[1] === field.name,
    );
    if (found !== undefined) return { rule: found.ruleId, message: found.message };
  }
  const pattern = hasOption(field, expected_pattern) ? optionOf(field, expected_pattern) : "";
  if (typeof value !== "string" || pattern === "" || new RegExp(pattern, "u").test(value)) return undefined;
  return { message: optionOf(field, pattern_warning) || `expected the form ${pattern}` };
}

function setField(message: ReflectMessage, field: DescField, value: FieldValue): void {
  switch (field.fieldKind) {
    case "list":
      for (const item of isList(value) ? value : [value]) message.get(field).add(itemOf(field, item));
      break;
    case "map":
      if (field.mapKey === ScalarType.STRING) message.get(field).set("key", itemOf(field, value));
      break;
    default:
      if (!isList(value)) message.set(field, itemOf(field, value));
  }
}

function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** The literal of a reference as the message that holds it, anything else as it is. */
function itemOf(field: DescField, value: FieldValue): unknown {
  if (typeof value !== "string" || field.message === undefined || !isValueOrRef(field.message)) return value;
  const item = reflect(field.message);
  if (isValueOrRefMessage(item.message)) item.message.source = { case: "value", value };
  return item;
}
