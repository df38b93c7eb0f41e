import { clone, toBinary } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { type DescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate, predefined } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { UsedRules } from "../lean-validation/used-rules.js";

const notInField = new Set(["FieldRules", "MessageRules", "OneofRules", "PredefinedRules"]);

/**
 * The descriptor of validate.proto without what the catalog does not use: rules of other types, and the CEL texts of
 * rules that no field sets. Messages keep their places, since generated code counts them. In base64.
 */
export function leanRulesFile(used: UsedRules): string {
  const file = clone(FileDescriptorProtoSchema, file_buf_validate_validate.proto);
  for (const message of file.messageType) {
    const name = `${file.package}.${message.name}`;
    if (message.name.endsWith("Rules") && !notInField.has(message.name) && !used.messages.has(name)) empty(message);
    for (const field of message.field) {
      if (field.options?.$unknown === undefined || used.fields.has(`${name}.${field.name}`)) continue;
      field.options.$unknown = field.options.$unknown.filter(({ no }) => no !== predefined.number);
    }
  }
  return base64Encode(toBinary(FileDescriptorProtoSchema, file), "std_raw");
}

function empty(message: DescriptorProto): void {
  message.field = [];
  message.oneofDecl = [];
}
