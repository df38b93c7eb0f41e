import type { DescriptorProto, FileDescriptorProto, FileDescriptorSet } from "@bufbuild/protobuf/wkt";

/** The comment before a message or field, on one line; empty when there is none. */
export type Comments = (name: string) => string;

/** Numbers of FileDescriptorProto.message_type, DescriptorProto.field and DescriptorProto.nested_type in source paths. */
const part = { message: 4, field: 2, nested: 3 } as const;

/** Comments of all messages ("pkg.Message") and fields ("pkg.Message.field") of an image with source info. */
export function protoComments(image: FileDescriptorSet): Comments {
  const comments = commentsByName(image.file);
  return (name) => comments.get(name) ?? "";
}

/** Comments of all messages and fields of files with source info, in the order of the files; empty where there is none. */
export function commentsByName(files: readonly FileDescriptorProto[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap(commentsOfFile));
}

function commentsOfFile(file: FileDescriptorProto): [name: string, comment: string][] {
  const byPath = new Map(
    (file.sourceCodeInfo?.location ?? []).map(({ path, leadingComments }) => [path.join("."), leadingComments]),
  );
  const comment = (path: readonly number[]): string =>
    (byPath.get(path.join(".")) ?? "").trim().replace(/\s*\n\s*/g, " ");
  const ofMessage = (message: DescriptorProto, scope: string, path: readonly number[]): [string, string][] => {
    const name = `${scope}.${message.name}`;
    return [
      [name, comment(path)],
      ...message.field.map((field, at): [string, string] => [
        `${name}.${field.name}`,
        comment([...path, part.field, at]),
      ]),
      ...message.nestedType.flatMap((nested, at) => ofMessage(nested, name, [...path, part.nested, at])),
    ];
  };
  return file.messageType.flatMap((message, at) => ofMessage(message, file.package, [part.message, at]));
}
