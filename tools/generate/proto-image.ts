import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Largest image that is read from buf, in bytes. */
const maxImageBytes = 256 * 1024 * 1024;

/** What buf prints for the arguments, run in the project's root. Throws with buf's own message when it fails. */
export function buf(root: string, args: readonly string[]): Buffer {
  return execFileSync(join(root, "node_modules/.bin/buf"), args, {
    cwd: root,
    maxBuffer: maxImageBytes,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** The compiled protos as buf's image: a FileDescriptorSet in binary form, the same bytes for the same protos. */
export function protoImage(root: string): Buffer {
  return buf(root, ["build", "apis/proto", "--exclude-source-info", "-o", "-#format=binpb"]);
}

/** Descriptors of all files in an image. */
export function imageRegistry(image: Uint8Array): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}
