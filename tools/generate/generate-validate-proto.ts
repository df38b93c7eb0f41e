import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { protoText } from "./proto-text.js";

/** Path of the file, relative to the project's root. */
export const validateProtoPath = "apis/vendor/buf/validate/validate.proto";

/**
 * The text of buf/validate/validate.proto, from the descriptor inside @bufbuild/protovalidate: the rules that buf
 * compiles are those that the installed version knows, and nothing is downloaded.
 */
export function generateValidateProto(): string {
  return `// Generated from @bufbuild/protovalidate by make gen, do not edit.\n${protoText(file_buf_validate_validate.proto)}`;
}
