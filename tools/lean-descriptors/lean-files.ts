import type { DescFile } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate, predefined } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { UsedRules } from "../lean-validation/used-rules.js";
import { changedFile } from "./changed-file.js";

const notInField = new Set(["FieldRules", "MessageRules", "OneofRules", "PredefinedRules"]);

/**
 * Validate.proto without what the catalog does not use: rules of other types, and the CEL texts of rules that no field
 * sets. Messages keep their places, since generated code counts them.
 */
export function leanRulesFile(used: UsedRules): DescFile {
  return changedFile(file_buf_validate_validate, (file) => {
    for (const message of file.messageType) {
      const name = `${file.package}.${message.name}`;
      if (message.name.endsWith("Rules") && !notInField.has(message.name) && !used.messages.has(name)) empty(message);
      for (const field of message.field) {
        if (field.options?.$unknown === undefined || used.fields.has(`${name}.${field.name}`)) continue;
        field.options.$unknown = field.options.$unknown.filter(({ no }) => no !== predefined.number);
      }
    }
  });
}

/** Descriptor.proto without fields and without more than one value of an enum: its messages are what options extend. */
export function leanDescriptorFile(): DescFile {
  return changedFile(file_google_protobuf_descriptor, (file) => {
    file.messageType.forEach(empty);
    file.enumType.forEach(keepFirst);
  });
}

function empty(message: DescriptorProto): void {
  message.field = [];
  message.oneofDecl = [];
  message.extensionRange = [];
  message.enumType.forEach(keepFirst);
  message.nestedType.forEach(empty);
}

/** The first value is the default of fields. */
function keepFirst(type: EnumDescriptorProto): void {
  type.value = type.value.slice(0, 1);
}
