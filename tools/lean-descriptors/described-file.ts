import type { DescFile } from "@bufbuild/protobuf";
import { describedExtension } from "./described-members.js";
import { DescribedEnum, DescribedMessage } from "./described-types.js";
import type { WrittenFile } from "./written-file.js";

/** In place of protobuf's descriptor of a file. */
export interface DescribedFile {
  readonly kind: "file";
  readonly name: string;
  readonly edition: number;
  readonly deprecated: boolean;
  readonly proto: { readonly name: string; readonly package: string };
  readonly dependencies: readonly DescFile[];
  readonly enums: DescribedEnum[];
  readonly messages: DescribedMessage[];
  readonly extensions: object[];
  readonly services: readonly never[];
  toString(): string;
}

/** In place of codegenv2's function, for a file whose descriptors were written at build time. */
export function fileDesc(written: WrittenFile, dependencies: readonly DescFile[] = []): DescFile {
  const { name, edition, deprecated, proto } = written;
  const file: DescribedFile = {
    kind: "file",
    name,
    edition,
    deprecated,
    proto,
    dependencies,
    enums: [],
    messages: [],
    extensions: [],
    services: [],
    toString: () => `file ${proto.name}`,
  };
  for (const type of written.enums) file.enums.push(new DescribedEnum(type, file));
  for (const message of written.messages) file.messages.push(new DescribedMessage(message, file));
  for (const extension of written.extensions) file.extensions.push(describedExtension(extension, file));
  // Generated code takes it for protobuf's own; the members that are left out are asked for by nothing in a bundle.
  return file as unknown as DescFile;
}
