import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { type FieldRules, field as fieldRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { shortNameProblem } from "../../contract/short-name.js";

const rules = (field: DescField | undefined): FieldRules | undefined => field && getOption(field, fieldRules);

const shape = (message: DescMessage): unknown[] =>
  message.fields.map((field) => [field.number, field.name, field.message?.typeName ?? "string"]);

const constantOf = (field: DescField | undefined): string | undefined => {
  const { type } = rules(field) ?? {};
  return type?.case === "string" ? type.value.const : undefined;
};

describe.each(catalog.kinds)("$kind", (entry) => {
  const { manifest, stackInput } = entry;
  const field = (message: DescMessage, name: string): DescField | undefined =>
    message.fields.find((candidate) => candidate.name === name);

  it("has the envelope api_version, kind, metadata, spec", () => {
    expect(shape(manifest)).toEqual([
      [1, "api_version", "string"],
      [2, "kind", "string"],
      [3, "metadata", "planton.shared.v1.Metadata"],
      [4, "spec", entry.spec.typeName],
    ]);
    expect(constantOf(field(manifest, "api_version"))).toBe(entry.apiVersion);
    expect(constantOf(field(manifest, "kind"))).toBe(entry.kind);
    expect(rules(field(manifest, "metadata"))?.required).toBe(true);
    expect(rules(field(manifest, "spec"))?.required).toBe(true);
  });

  it("has the stack input target, provider_config", () => {
    const provider = catalog.providers.find(({ name }) => name === entry.provider);
    expect(shape(stackInput)).toEqual([
      [1, "target", manifest.typeName],
      [2, "provider_config", provider?.config.typeName],
    ]);
    expect(rules(field(stackInput, "target"))?.required).toBe(true);
  });

  it("stands in a file of its own, messages in the usual order", () => {
    expect(manifest.file.messages.map(({ name }) => name)).toEqual(
      ["", "Spec", "StackOutputs", "StackInput"].map((suffix) => `${entry.kind}${suffix}`),
    );
    expect(manifest.file.proto.package).toBe(`planton.${entry.provider}.v1`);
  });

  it("has an apiVersion of planton.dev and an id prefix of its own", () => {
    expect(entry.apiVersion).toMatch(/^[a-z0-9-]+\.planton\.dev\/v1$/);
    expect(entry.idPrefix).toMatch(/^[a-z][a-z0-9]+$/);
    expect(catalog.kinds.filter(({ idPrefix }) => idPrefix === entry.idPrefix)).toHaveLength(1);
  });

  it("has a short name of its own", () => {
    const others = catalog.kinds.filter(({ kind }) => kind !== entry.kind);
    expect(shortNameProblem(entry, others), `${manifest.file.name}.proto`).toBeUndefined();
  });
});
