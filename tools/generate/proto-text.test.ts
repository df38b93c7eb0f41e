import { create } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.js";
import { imageRegistry, protoImage } from "./proto-image.js";
import { protoText } from "./proto-text.js";

describe("protoText", () => {
  it("prints what buf compiles back to the same messages, fields, numbers and extensions", () => {
    const compiled = imageRegistry(protoImage(projectRoot)).getFile("buf/validate/validate.proto");
    const shapes = (file: typeof file_buf_validate_validate): unknown => ({
      messages: file.messages.map((message) => [
        message.typeName,
        message.fields.map((field) => [
          field.name,
          field.number,
          field.fieldKind,
          field.oneof?.name,
          field.proto.typeName,
          field.proto.label,
        ]),
        message.proto.extensionRange.map(({ start, end }) => [start, end]),
      ]),
      enums: file.enums.map((enumeration) => [
        enumeration.typeName,
        enumeration.values.map(({ name, number }) => [name, number]),
      ]),
      extensions: file.extensions.map((extension) => [
        extension.typeName,
        extension.number,
        extension.extendee.typeName,
      ]),
    });
    expect(compiled && shapes(compiled)).toEqual(shapes(file_buf_validate_validate));
  });

  it("refuses other syntaxes", () => {
    expect(() => protoText(create(FileDescriptorProtoSchema, { syntax: "proto3" }))).toThrow(/proto2/);
  });
});
