import { type DescEnum, type DescEnumValue, getOption, ScalarType } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { alias_warning, value_alias } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { suggest } from "../../system/suggest.js";
import { brokenRule } from "../check/broken-rule.js";
import { shorten, type YamlNode, type YamlScalar } from "../yaml/yaml-node.js";
import { type DecodeAt, type DecodeWalk, report, reportNull, reportType } from "./decode-context.js";
import { offerCure, shown, yamlText } from "./offer-cure.js";

/** What protobuf's reflection takes as the value of a scalar field. */
export type ScalarInput = string | number | bigint | boolean | Uint8Array;

/** The value of a scalar field, or undefined after reporting why not. Nothing is converted that could be a mistake. */
export function decodeScalar(
  walk: DecodeWalk,
  type: ScalarType,
  node: YamlNode,
  at: DecodeAt,
): ScalarInput | undefined {
  const range = integerRanges[type];
  if (range !== undefined) return decodeInteger(walk, range, node, at);
  switch (type) {
    case ScalarType.BOOL:
      return decodeBool(walk, node, at);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return decodeNumber(walk, type, node, at);
    case ScalarType.BYTES:
      return decodeBytes(walk, node, at);
    default:
      return decodeString(walk, node, at);
  }
}

interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
  readonly wide: boolean;
}

const int32: IntegerRange = { min: -(2n ** 31n), max: 2n ** 31n - 1n, wide: false };
const uint32: IntegerRange = { min: 0n, max: 2n ** 32n - 1n, wide: false };
const int64: IntegerRange = { min: -(2n ** 63n), max: 2n ** 63n - 1n, wide: true };
const uint64: IntegerRange = { min: 0n, max: 2n ** 64n - 1n, wide: true };

const integerRanges: { readonly [Type in ScalarType]?: IntegerRange } = {
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: int32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
};

function decodeInteger(
  walk: DecodeWalk,
  range: IntegerRange,
  node: YamlNode,
  at: DecodeAt,
): number | bigint | undefined {
  const value = node.kind === "scalar" ? parseInteger(node, range) : undefined;
  if (value === undefined) return reportType(walk, at, node, "an integer", integerHint(range, node, at));
  if (value < range.min || value > range.max) {
    return report(walk, at, {
      code: "E_DECODE_RANGE",
      position: node.position,
      message: at.secret ? "the number does not fit" : `"${shorten(String(value))}" does not fit`,
      hint: rangeHint(range, value, at),
    });
  }
  return range.wide ? value : Number(value);
}

/** The integers that the type takes, or what the field's rules say against the nearest of them. */
function rangeHint({ min, max, wide }: IntegerRange, value: bigint, { field }: DecodeAt): string {
  const nearest = value < min ? min : max;
  const against = (integer: bigint): string | undefined =>
    field === undefined ? undefined : brokenRule(field, wide ? integer : Number(integer));
  const broken = against(nearest);
  const note = min === 0n && against(0n) === requiredMessage ? "; 0 counts as not given" : "";
  if (broken === undefined || (nearest === 0n && note !== "")) return `use an integer from ${min} to ${max}${note}`;
  return `use an integer: ${broken}`;
}

/** What protovalidate (1.3.0) says of a required field without a value. */
const requiredMessage = "value is required";

/** Wide numbers may be in quotes, as in JSON made of protobuf messages. */
function parseInteger(node: YamlScalar, range: IntegerRange): bigint | undefined {
  if (typeof node.value === "bigint") return node.value;
  if (range.wide && typeof node.value === "string" && /^-?\d{1,20}$/.test(node.value)) return BigInt(node.value);
  return undefined;
}

function integerHint({ min, max, wide }: IntegerRange, node: YamlNode, at: DecodeAt): string | undefined {
  if (node.kind !== "scalar" || at.secret) return undefined;
  const offered = (digits: string, advice: string): string | undefined => {
    const value = BigInt(digits);
    if (value < min || value > max) return rangeHint({ min, max, wide }, value, at);
    return offerCure(at, "an integer", [{ value: wide ? value : Number(value), hint: `${advice}${value}` }]);
  };
  if (typeof node.value === "number") {
    const isWhole = Number.isInteger(node.value) && Math.abs(node.value) < 1e20;
    return isWhole ? offered(String(BigInt(node.value)), "write ") : undefined;
  }
  if (typeof node.value !== "string") return undefined;
  if (/^-?\d{1,20}$/.test(node.value)) return offered(node.value, "remove the quotes: ");
  const [digits] = /^\d[\d_,]*\d(?=\s*[A-Za-z]*$)|^\d(?=\s*[A-Za-z]*$)/.exec(node.value) ?? [];
  return digits === undefined ? undefined : offered(digits.replace(/[_,]/g, ""), "write the number alone: ");
}

function decodeNumber(
  walk: DecodeWalk,
  type: ScalarType.DOUBLE | ScalarType.FLOAT,
  node: YamlNode,
  at: DecodeAt,
): number | undefined {
  const value = node.kind === "scalar" ? node.value : undefined;
  if (typeof value !== "number" && typeof value !== "bigint") {
    const meant = typeof value === "string" && value.trim() !== "" && !at.secret ? Number(value) : Number.NaN;
    const cures = Number.isFinite(meant) ? [{ value: meant, hint: `remove the quotes: ${meant}` }] : [];
    return reportType(walk, at, node, "a number", offerCure(at, "a number", cures));
  }
  const number = Number(value);
  const fits = Number.isFinite(type === ScalarType.FLOAT ? Math.fround(number) : number);
  if (fits) return number;
  const hint = "use a finite number";
  return report(walk, at, {
    code: "E_DECODE_RANGE",
    position: node.position,
    message: "the number does not fit",
    hint,
  });
}

const booleanWords: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    true: true,
    yes: true,
    on: true,
    y: true,
    false: false,
    no: false,
    off: false,
    n: false,
  }),
);

function decodeBool(walk: DecodeWalk, node: YamlNode, at: DecodeAt): boolean | undefined {
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  const word =
    node.kind === "scalar" && typeof node.value === "string" ? booleanWords.get(node.value.toLowerCase()) : undefined;
  const cures = [true, false].map((value) => ({ value, hint: `write ${value}` }));
  const taken = cures.filter((cure) => offerCure(at, "true or false", [cure]) === cure.hint);
  const [only] = taken.length === 1 ? taken : [];
  // Of a field with one value the other one is meant by leaving it out.
  if (only !== undefined) return reportType(walk, at, node, String(only.value), `${only.hint}, or remove the key`);
  const both = taken.length === 2 ? "write true or false" : offerCure(at, "true or false", cures);
  const meant = word === undefined ? [] : [{ value: word, hint: `write ${word}, without quotes` }];
  const hint = offerCure(at, "true or false", meant) ?? both;
  return reportType(walk, at, node, "true or false", hint);
}

function decodeString(walk: DecodeWalk, node: YamlNode, at: DecodeAt): string | undefined {
  if (node.kind === "scalar" && typeof node.value === "string") return node.value;
  return reportType(walk, at, node, "a string", stringHint(node, at));
}

/** How a value that is no string becomes one that the field takes; undefined for what cannot. */
export function stringHint(node: YamlNode, at: DecodeAt): string | undefined {
  const { field } = at;
  if (field?.parent.typeName === "planton.shared.v1.ValueFrom" && field.name === "field_path")
    return "write the name of an output";
  const [only] = node.kind === "list" && node.items.length === 1 ? node.items : [];
  const meant = only ?? node;
  if (meant.kind !== "scalar" || meant.value === null) return undefined;
  const value = typeof meant.value === "string" ? meant.value : meant.source;
  const hint =
    only === undefined
      ? `put ${at.secret ? "the value" : "it"} in quotes${shown(at, JSON.stringify(value))}`
      : `write the string alone${shown(at, yamlText(value))}`;
  return offerCure(at, "a string", [{ value, hint }]);
}

function decodeBytes(walk: DecodeWalk, node: YamlNode, at: DecodeAt): Uint8Array | undefined {
  const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
  if (text === undefined) return reportType(walk, at, node, "a base64 string");
  try {
    return base64Decode(text);
  } catch {
    // The library's error says no more than that the string is no base64.
    const hint = "encode the bytes as base64";
    return report(walk, at, {
      code: "E_DECODE_TYPE",
      position: node.position,
      message: "expected a base64 string",
      hint,
    });
  }
}

/** The number of an enum's value by name or alias, or undefined after reporting why not. Numbers are refused. */
export function decodeEnum(walk: DecodeWalk, type: DescEnum, node: YamlNode, at: DecodeAt): number | undefined {
  const word = node.kind === "scalar" ? node.source : undefined;
  if (node.kind === "scalar" && node.value === null) return reportNull(walk, at, node);
  const values = type.values.filter((value) => value.number !== 0 || !value.name.endsWith("_unspecified"));
  // A value such as `true` or `7` is read as what it was meant to be: the enum's word.
  const named = word === undefined ? undefined : values.find((value) => value.name === word);
  if (named !== undefined) return named.number;
  const aliased = word === undefined ? undefined : values.find((value) => getOption(value, value_alias).includes(word));
  if (aliased !== undefined && word !== undefined) {
    const warning = warningOf(aliased, word);
    if (warning !== undefined) {
      const path = { code: "E_DECODE_ENUM", position: node.position, severity: "warning", message: warning } as const;
      report(walk, at, { ...path, hint: `write ${aliased.name}` });
    }
    return aliased.number;
  }
  const names = values.map((value) => value.name);
  const got = word === undefined ? `a ${node.kind}` : at.secret ? "another value" : `"${shorten(word)}"`;
  const meant = word === undefined ? undefined : nearest(word, values);
  const allowed = names.map((name) => `"${name}"`).join(", ");
  return report(walk, at, {
    code: "E_DECODE_ENUM",
    position: node.position,
    message: `expected one of ${allowed}, got ${got}`,
    hint: meant === undefined || isRefused(meant, at) ? "use one of the values shown" : `did you mean "${meant.name}"?`,
  });
}

function isRefused({ number }: DescEnumValue, { field }: DecodeAt): boolean {
  return field !== undefined && brokenRule(field, number) !== undefined;
}

/** The value meant by a misspelt name or alias. */
function nearest(word: string, values: readonly DescEnumValue[]): DescEnumValue | undefined {
  const owners = new Map<string, DescEnumValue>();
  for (const value of values) {
    owners.set(value.name, value);
    for (const spelling of getOption(value, value_alias)) owners.set(spelling, value);
  }
  return owners.get(suggest(word, [...owners.keys()]) ?? "");
}

/** Text of the alias_warning option `alias: text` for an alias. */
function warningOf(value: DescEnumValue, alias: string): string | undefined {
  const prefix = `${alias}: `;
  return getOption(value, alias_warning)
    .find((warning) => warning.startsWith(prefix))
    ?.slice(prefix.length);
}
