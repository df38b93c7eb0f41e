import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { type FieldRules, field as fieldRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { shortNameProblem } from "../../contract/short-name.js";
import { protoAdvice } from "../../tools/check/proto-advice.js";

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
    const envelope = "api_version = 1, kind = 2, metadata = 3 and spec = 4, metadata and spec required";
    const advice = protoAdvice(manifest, "has no envelope of a kind", `give it the fields ${envelope}`);
    expect(shape(manifest), advice).toEqual([
      [1, "api_version", "string"],
      [2, "kind", "string"],
      [3, "metadata", "planton.shared.v1.Metadata"],
      [4, "spec", entry.spec.typeName],
    ]);
    const constant =
      'give api_version and kind the rule "string.const": the api_version of the option "kind", and the name';
    const constants = protoAdvice(manifest, "does not say which manifests it takes", constant);
    expect(constantOf(field(manifest, "api_version")), constants).toBe(entry.apiVersion);
    expect(constantOf(field(manifest, "kind")), constants).toBe(entry.kind);
    expect(rules(field(manifest, "metadata"))?.required, advice).toBe(true);
    expect(rules(field(manifest, "spec"))?.required, advice).toBe(true);
  });

  it("has the stack input target, provider_config", () => {
    const provider = catalog.providers.find(({ name }) => name === entry.provider);
    const cure = `give it target = 1, required, and provider_config = 2 of the type ${provider?.config.name}`;
    const advice = protoAdvice(stackInput, "has no form of a stack input", cure);
    expect(shape(stackInput), advice).toEqual([
      [1, "target", manifest.typeName],
      [2, "provider_config", provider?.config.typeName],
    ]);
    expect(rules(field(stackInput, "target"))?.required, advice).toBe(true);
  });

  it("has a file of its own, messages in the usual order", () => {
    const messages = ["", "Spec", "StackOutputs", "StackInput"].map((suffix) => `${entry.kind}${suffix}`);
    const advice = protoAdvice(
      manifest,
      "has company or lacks it",
      `keep ${messages.join(", ")} in the file, no others`,
    );
    expect(
      manifest.file.messages.map(({ name }) => name),
      advice,
    ).toEqual(messages);
    const wrong = `is in the package ${manifest.file.proto.package}`;
    const cure = `move it to planton.${entry.provider}.v1, that of the provider in the option "kind"`;
    expect(manifest.file.proto.package, protoAdvice(manifest, wrong, cure)).toBe(`planton.${entry.provider}.v1`);
  });

  it("has an apiVersion of planton.dev and an id prefix of its own", () => {
    const advice = (wrong: string, cure: string): string =>
      protoAdvice(entry.manifest, wrong, `${cure} in the option "kind"`);
    const version = advice(`has the apiVersion "${entry.apiVersion}"`, "correct api_version to <name>.planton.dev/v1");
    expect(entry.apiVersion, version).toMatch(/^[a-z0-9-]+\.planton\.dev\/v1$/);
    const prefix = advice(
      `has the id prefix "${entry.idPrefix}"`,
      "give id_prefix small letters and digits of its own",
    );
    expect(entry.idPrefix, prefix).toMatch(/^[a-z][a-z0-9]+$/);
    const same = catalog.kinds.filter(({ idPrefix }) => idPrefix === entry.idPrefix).map(({ kind }) => kind);
    expect(same, prefix).toEqual([entry.kind]);
  });

  it("has a short name of its own", () => {
    const others = catalog.kinds.filter(({ kind }) => kind !== entry.kind);
    const problem = shortNameProblem(entry, others);
    expect(problem, problem && protoAdvice(manifest, `has ${problem.message}`, problem.hint)).toBeUndefined();
  });
});
