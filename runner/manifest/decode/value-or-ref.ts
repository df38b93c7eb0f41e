import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";

const typeName = "planton.shared.v1.StringValueOrRef";

/** True for the descriptor of StringValueOrRef. */
export function isValueOrRef(schema: DescMessage): boolean {
  return schema.typeName === typeName;
}

/** True for a message of type StringValueOrRef. */
export function isValueOrRefMessage(message: Message): message is StringValueOrRef {
  return message.$typeName === typeName;
}
