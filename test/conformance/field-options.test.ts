import { create, type DescField, getOption, hasOption } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import {
  default_value,
  not_secret,
  ref,
  resource_name,
  secret,
} from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { fieldsBelow } from "../../contract/fields/fields-below.js";
import { knownValues } from "../../contract/fields/known-values.js";
import { applyDefaults } from "../../runner/manifest/check/apply-defaults.js";
import { fieldsWithExtendedRules } from "../../runner/manifest/check/leave-to-native-code.js";
import { isValueOrRef } from "../../runner/manifest/decode/value-or-ref.js";
import { protoAdvice } from "../../tools/check/proto-advice.js";

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
    const implicit = protoAdvice(
      field,
      'has the option "default_value"',
      "make it optional, so that 0 and false can be said",
    );
    expect(field.presence, implicit).toBe(FeatureSet_FieldPresence.EXPLICIT);
    const message = create(field.parent);
    applyDefaults(reflect(field.parent, message));
    const illegal = protoAdvice(field, "has an illegal default", 'correct the option "default_value"');
    expect(reflect(field.parent, message).isSet(field), illegal).toBe(true);
    const { violations = [] } = validator.validate(field.parent, message);
    const broken = violations.filter((violation) => namesField(violation, field)).map(({ ruleId }) => ruleId);
    expect(broken, illegal).toEqual([]);
    const known = knownValues(field).values;
    const unknown = protoAdvice(field, "has a default outside of its known values", 'add it to "known_values"');
    if (known.length > 0) expect(known, unknown).toContain(getOption(field, default_value));
  });
});

describe("references", () => {
  const references = fields.filter(([, field]) => field.message !== undefined && isValueOrRef(field.message));

  it.each(references)("%s says what it usually points to", (_, field) => {
    const option = getOption(field, ref);
    const target = catalog.kinds.find(({ kind }) => kind === option.kind);
    const advice = protoAdvice(
      field,
      `is a reference to "${option.fieldPath}" of "${option.kind}", which no kind gives`,
      'give it the option "ref" with a kind of the catalog and one of its outputs',
    );
    expect(target?.stackOutputs.fields.map(({ name }) => name) ?? [], advice).toContain(option.fieldPath);
  });

  it("are the only fields that point anywhere", () => {
    const cure = 'remove the option "ref", or make it a StringValueOrRef';
    const others = fields.filter(([, field]) => hasOption(field, ref) && !references.some(([, one]) => one === field));
    const advice = others.map(([, field]) => protoAdvice(field, "is no reference", cure));
    expect(advice, advice.join("\n")).toEqual([]);
  });
});

describe("secrets", () => {
  it.each(fields.filter(([, field]) => secretLooking.test(field.name)))("%s is secret or says why not", (_, field) => {
    const cure = 'give it the option "secret", or "not_secret" with the reason';
    const saysSo = getOption(field, secret) || getOption(field, not_secret) !== "";
    expect(saysSo, protoAdvice(field, "looks like a secret", cure)).toBe(true);
  });
});

describe("names", () => {
  it.each(catalog.kinds)("$kind has at most one field that names the resource", ({ spec }) => {
    const naming = spec.fields.filter((field) => getOption(field, resource_name)).map(({ name }) => `"${name}"`);
    const wrong = `has the option "resource_name" on ${naming.join(" and ")}`;
    expect(naming.length, protoAdvice(spec, wrong, "keep it on one field")).toBeLessThanOrEqual(1);
  });
});
