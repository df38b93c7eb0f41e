import { type DescField, hasOption, ScalarType } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { default_value } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { walkMessages } from "./walk-fields.js";

/**
 * Sets every field that has a default and is not set, in the message and in all messages within it. Messages that are
 * not set stay so. Changes `root` in place. Throws E_INTERNAL for a default that is no value of its field.
 */
export function applyDefaults(root: ReflectMessage): void {
  walkMessages(root, "", (message) => {
    for (const field of message.fields) {
      if (hasOption(field, default_value) && !message.isSet(field)) message.set(field, defaultOf(field));
    }
  });
}

function defaultOf(field: DescField): string | number | bigint | boolean {
  const text = optionOf(field, default_value);
  const value = field.fieldKind === "enum" ? enumDefault(field, text) : scalarDefault(field, text);
  if (value !== undefined) return value;
  throw new PlantonError({ code: "E_INTERNAL", message: `the default "${text}" is no value of ${field.toString()}` });
}

function enumDefault(field: DescField & { fieldKind: "enum" }, text: string): number | undefined {
  return field.enum.values.find((value) => value.name === text)?.number;
}

function scalarDefault(field: DescField, text: string): string | number | bigint | boolean | undefined {
  switch (field.scalar) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BOOL:
      return text === "true" || (text === "false" ? false : undefined);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case undefined:
    case ScalarType.BYTES:
      return undefined;
    default:
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }
}
