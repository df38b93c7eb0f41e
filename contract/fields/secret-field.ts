import { type DescField, hasOption } from "@bufbuild/protobuf";
import { secret } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { optionOf } from "./option-of.js";

/** True for a field with the option `secret`: its value is masked wherever it is shown, and encrypted in the state. */
export function isSecretField(field: DescField): boolean {
  // Most fields have no option at all, which is found out without parsing.
  return hasOption(field, secret) && optionOf(field, secret);
}
