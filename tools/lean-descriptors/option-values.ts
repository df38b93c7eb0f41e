import { type AnyDesc, type DescExtension, type DescMessage, getExtension } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { file_planton_shared_v1_options } from "../../apis/gen/es/planton/shared/v1/options_pb.js";

const types = [file_buf_validate_validate, file_planton_shared_v1_options].flatMap((file) => [...nestedTypes(file)]);

/** Messages that options are made of. */
export const optionMessages: readonly DescMessage[] = types.filter((type) => type.kind === "message");

const extensions = new Map(
  types
    .filter((type) => type.kind === "extension")
    .map((extension): [string, DescExtension] => [`${extension.extendee.typeName} ${extension.number}`, extension]),
);

/** The decoded options of a descriptor by their numbers; none where it has none. Throws for options of other files. */
export function optionValues(desc: AnyDesc): Readonly<Record<number, unknown>> | undefined {
  const { options } = desc.proto;
  if (options?.$unknown === undefined || options.$unknown.length === 0) return undefined;
  const values = options.$unknown.map(({ no }) => {
    const extension = extensions.get(`${options.$typeName} ${no}`);
    if (extension === undefined) throw new Error(`${desc} has an option that no bundle knows: ${no}`);
    return [no, getExtension(options, extension)];
  });
  return Object.fromEntries(values);
}
