import { clone, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** The descriptors of a file whose definition was changed. */
export function changedFile(file: DescFile, change: (proto: FileDescriptorProto) => void): DescFile {
  const proto = clone(FileDescriptorProtoSchema, file.proto);
  change(proto);
  const dependency = (name: string): DescFile | undefined => file.dependencies.find((each) => each.proto.name === name);
  const changed = createFileRegistry(proto, dependency).getFile(proto.name);
  if (changed === undefined) throw new Error(`${file} has lost its name`);
  return changed;
}
