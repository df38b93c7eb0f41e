import { create, type DescField, getOption, hasOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import {
  default_value,
  known_values,
  not_secret,
  ref,
  resource_name,
  secret,
} from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { fieldsBelow } from "../../contract/fields-below.js";
import { applyDefaults } from "../../runner/manifest/check/apply-defaults.js";
import { fieldsWithExtendedRules } from "../../runner/manifest/check/extended-rules.js";
import { isValueOrRef } from "../../runner/manifest/decode/value-or-ref.js";

const secretLooking =
  /(^|_)(password|passwd|passphrase|secret|token|credentials?|uri|connection_string|username|user|(api|access|private|secret|signing|encryption)_key)(_|$)/;

const seen = new Set<string>();
const named = (field: DescField): readonly [string, DescField] => [`${field.parent.name}.${field.name}`, field];
const fields = [
  ...catalog.kinds.flatMap(({ stackInput, stackOutputs }) => [stackInput, stackOutputs]),
  ...catalog.providers.map(({ config }) => config),
]
  .flatMap((message) => fieldsBelow(message, seen))
  .map(named);

const validator = createValidator();
const namesField = (violation: Violation, field: DescField): boolean =>
  violation.field.some((part) => "name" in part && part.name === field.name);

describe("rules", () => {
  it("are protovalidate's own, or CEL", () => {
    const extended = catalog.kinds.flatMap(({ stackInput }) => fieldsWithExtendedRules(stackInput)).map(String);
    expect(extended).toEqual([]);
  });
});

describe("defaults", () => {
  it.each(fields.filter(([, field]) => hasOption(field, default_value)))("%s has a legal one", (_, field) => {
    expect(field.presence).toBe(FeatureSet_FieldPresence.EXPLICIT);
    const message = create(field.parent);
    applyDefaults(reflect(field.parent, message));
    expect(reflect(field.parent, message).isSet(field)).toBe(true);
    const { violations = [] } = validator.validate(field.parent, message);
    expect(violations.filter((violation) => namesField(violation, field))).toEqual([]);
    const known = getOption(field, known_values).values;
    if (known.length > 0) expect(known).toContain(getOption(field, default_value));
  });
});

describe("references", () => {
  const references = fields.filter(([, field]) => field.message !== undefined && isValueOrRef(field.message));

  it.each(references)("%s says what it usually points to", (_, field) => {
    const option = getOption(field, ref);
    const target = catalog.kinds.find(({ kind }) => kind === option.kind);
    expect(target?.stackOutputs.fields.map(({ name }) => name)).toContain(option.fieldPath);
  });

  it("are the only fields that point anywhere", () => {
    const pointing = fields.filter(([, field]) => hasOption(field, ref)).map(([name]) => name);
    expect(pointing).toEqual(references.map(([name]) => name));
  });
});

describe("secrets", () => {
  it.each(fields.filter(([, field]) => secretLooking.test(field.name)))("%s is secret or says why not", (_, field) => {
    expect(getOption(field, secret) || getOption(field, not_secret) !== "").toBe(true);
  });
});

describe("names", () => {
  it.each(catalog.kinds)("$kind has at most one field that names the resource", ({ spec }) => {
    expect(spec.fields.filter((field) => getOption(field, resource_name)).length).toBeLessThanOrEqual(1);
  });
});
