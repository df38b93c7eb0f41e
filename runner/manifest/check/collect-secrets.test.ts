import { describe, expect, test } from "vitest";
import { isPlantonError } from "../../../contract/planton-error.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import { checkStackInput, type StackInputReading } from "../read-stack-input.js";

const catalog = widgetCatalog();
const longUri = "doppler://a-long-project/production/THE_NAME_OF_IT";

function read(spec: string, config = ""): StackInputReading {
  const text = `provider_config: {${config}}\ntarget:\n  kind: TestWidget\n  metadata: {name: w}\n  spec:\n    ${spec}\n`;
  return checkStackInput({ catalog, file: "w.yaml", text });
}

/** `E_CODE line:column path [rule]` of every problem. */
function problemsOf(spec: string, config = ""): string[] {
  const short = (reading: () => StackInputReading): StackInputReading["warnings"] => {
    try {
      return reading().warnings;
    } catch (error) {
      if (!isPlantonError(error)) throw error;
      expect(JSON.stringify(error.problems)).not.toContain("marker");
      return error.problems;
    }
  };
  return short(() => read(spec, config)).map(
    ({ code, position, path, rule }) =>
      `${code} ${position?.line}:${position?.column} ${path}${rule === undefined ? "" : ` [${rule}]`}`,
  );
}

describe("a secret URI in a secret field", () => {
  test.each<[what: string, spec: string, config?: string]>([
    ["a string", `token: ${longUri}`],
    ["a string that a rule across fields is about", `{token: "${longUri}", version: "3"}`],
    ["a string-or-reference", `phrase: ${longUri}`],
    ["a string-or-reference in full", `phrase: {value: "${longUri}"}`],
    ["an item of a list", `codes: ["1234", "${longUri}"]`],
    ["a value of a map", `locks: {front: "${longUri}"}`],
    ["credentials", "width: 1", `api_key: "${longUri}", key_id: "env://KEY_ID"`],
  ])("is held against no rule about its text: %s", (_what, spec, config) => {
    expect(problemsOf(spec, config)).toEqual([]);
  });

  test.each([
    ["dopler://marker/dev/X", "doppler://"],
    ["doppler:/marker/dev/X", "doppler://"],
    ["dotnev://marker#X", "dotenv://"],
    ["files://marker", "file://"],
  ])("that is nearly one is a warning: %s", (value, meant) => {
    const { warnings } = read(`key: "${value}"`);
    expect(warnings).toMatchObject([
      { code: "E_SECRET_URI", severity: "warning", position: { line: 6, column: 10 }, path: "target.spec.key" },
    ]);
    expect(warnings[0]?.hint).toContain(meant);
    expect(JSON.stringify(warnings)).not.toContain("marker");
  });

  test.each([
    ...["mysql://u:p@db/app", "https://example.com/x", "postgres://db/x", "s3://bucket/key", "redis://x", "a://b"],
    ...["no uri", "C:/x", "file:"],
  ])("is not what another text is taken for: %s", (value) => {
    expect(problemsOf(`key: "${value}"`)).toEqual([]);
  });

  test.each<[what: string, spec: string, expected: readonly string[], config?: string]>([
    ["a string", "token: op://marker", ["E_SECRET_URI 6:12 target.spec.token"]],
    ["a string-or-reference", "phrase: env://mar-ker", ["E_SECRET_URI 6:13 target.spec.phrase"]],
    [
      "a string-or-reference in full",
      "phrase: {value: 'doppler://marker'}",
      ["E_SECRET_URI 6:21 target.spec.phrase.value"],
    ],
    ["an item of a list", "codes: ['dotenv://marker']", ["E_SECRET_URI 6:13 target.spec.codes[0]"]],
    ["a value of a map", "locks: {front: 'file://'}", ["E_SECRET_URI 6:20 target.spec.locks.front"]],
    ["credentials", "width: 1", ["E_SECRET_URI 1:27 provider_config.key_id"], "key_id: 'op://marker'"],
    [
      "several",
      "{token: 'exec:', width: 101}",
      ["E_SECRET_URI 6:13 target.spec.token", "E_RULE_VIOLATED 6:29 target.spec.width [uint32.lte]"],
    ],
  ])("that is malformed is a problem with its place alone: %s", (_what, spec, expected, config) => {
    const found = problemsOf(spec, config);
    expect(found).toEqual(expected);
  });

  test.each<[spec: string, expected: readonly string[]]>([
    ["token: marker-that-is-longer-than-20", ["E_RULE_VIOLATED 6:12 target.spec.token [string.max_len]"]],
    ["phrase: marker", ["E_RULE_VIOLATED 6:13 target.spec.phrase [widget.phrase.length]"]],
    ["{token: '4-marker', version: '3'}", ["E_RULE_VIOLATED 6:13 target.spec.token [widget.token.version]"]],
    ["phrase: PHRASES", ["E_RULE_VIOLATED 6:13 target.spec.phrase [widget.phrase.length]"]],
    ["phrase: PHRASE PHRASE", ["E_RULE_VIOLATED 6:13 target.spec.phrase [expected_pattern]"]],
  ])("leaves the rules about literals as they are: %s", (spec, expected) => {
    expect(problemsOf(spec)).toEqual(expected);
  });

  test("is a literal in every other field, and as a credential id", () => {
    expect(read("{version: 'op://x', parent: 'g-1'}", "credential_id: 'op://x'").secretUris).toEqual([]);
    expect(problemsOf("parent: 'env://X'")).toEqual(["E_RULE_VIOLATED 6:13 target.spec.parent [expected_pattern]"]);
  });

  test("stays readable, but for what may be a secret itself", () => {
    const { secretValues, secretUris } = read(
      "{token: 'exec:program --password marker', key: 'env://NAME', codes: ['1234'], phrase: 'op://a/b/c'}",
      "api_key: 'file://key', key_id: 'k1'",
    );
    expect(secretValues.toSorted()).toEqual(["1234", "exec:program --password marker"]);
    expect(secretUris.map(({ fieldPath, uri, place }) => [fieldPath, uri.shown, place.path])).toEqual([
      ["target.spec.token", "exec:program ...", "target.spec.token"],
      ["target.spec.key", "env://NAME", "target.spec.key"],
      ["target.spec.phrase", "op://a/b/c", "target.spec.phrase"],
      ["provider_config.api_key", "file://key", "provider_config.api_key"],
    ]);
  });
});
