import { type DescEnum, type DescEnumValue, getOption, ScalarType } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { alias_warning, value_alias } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { suggest } from "../../system/suggest.js";
import { shorten, type YamlNode, type YamlScalar } from "../yaml/yaml-node.js";
import { type DecodeAt, type DecodeWalk, report, reportNull, reportType } from "./decode-context.js";

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
  if (value === undefined) return reportType(walk, at, node, "an integer", integerHint(node, at));
  if (value < range.min || value > range.max) {
    return report(walk, at, {
      code: "E_DECODE_RANGE",
      position: node.position,
      message: at.secret ? "the number does not fit" : `"${shorten(String(value))}" does not fit`,
      hint: `use an integer from ${range.min} to ${range.max}`,
    });
  }
  return range.wide ? value : Number(value);
}

/** Wide numbers may be in quotes, as in JSON made of protobuf messages. */
function parseInteger(node: YamlScalar, range: IntegerRange): bigint | undefined {
  if (typeof node.value === "bigint") return node.value;
  if (range.wide && typeof node.value === "string" && /^-?\d{1,20}$/.test(node.value)) return BigInt(node.value);
  return undefined;
}

function integerHint(node: YamlNode, at: DecodeAt): string | undefined {
  if (node.kind !== "scalar" || at.secret) return undefined;
  if (typeof node.value === "number") return Number.isInteger(node.value) ? `write ${node.value}` : undefined;
  if (typeof node.value !== "string") return undefined;
  if (/^-?\d{1,20}$/.test(node.value)) return `remove the quotes: ${node.value}`;
  const [digits] = /^\d[\d_,]*\d(?=\s*[A-Za-z]*$)|^\d(?=\s*[A-Za-z]*$)/.exec(node.value) ?? [];
  return digits === undefined ? undefined : `write the number alone: ${digits.replace(/[_,]/g, "")}`;
}

function decodeNumber(
  walk: DecodeWalk,
  type: ScalarType.DOUBLE | ScalarType.FLOAT,
  node: YamlNode,
  at: DecodeAt,
): number | undefined {
  const value = node.kind === "scalar" ? node.value : undefined;
  if (typeof value !== "number" && typeof value !== "bigint") {
    const quoted = typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) && !at.secret;
    return reportType(walk, at, node, "a number", quoted ? `remove the quotes: ${shorten(value)}` : undefined);
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

const booleanWords: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  y: true,
  false: false,
  no: false,
  off: false,
  n: false,
};

function decodeBool(walk: DecodeWalk, node: YamlNode, at: DecodeAt): boolean | undefined {
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  const word =
    node.kind === "scalar" && typeof node.value === "string" ? booleanWords[node.value.toLowerCase()] : undefined;
  const hint = word === undefined ? "write true or false" : `write ${word}, without quotes`;
  return reportType(walk, at, node, "true or false", hint);
}

function decodeString(walk: DecodeWalk, node: YamlNode, at: DecodeAt): string | undefined {
  if (node.kind !== "scalar") {
    const [only] = node.kind === "list" && node.items.length === 1 ? node.items : [];
    const hint = only?.kind === "scalar" && !at.secret ? `write the string alone: ${shorten(only.source)}` : undefined;
    return reportType(walk, at, node, "a string", hint);
  }
  if (typeof node.value === "string") return node.value;
  const hint = at.secret ? "put the value in quotes" : `put it in quotes: "${shorten(node.source)}"`;
  return reportType(walk, at, node, "a string", hint);
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
    hint: meant === undefined ? "use one of the values shown" : `did you mean "${meant}"?`,
  });
}

/** The value meant by a misspelt name or alias. */
function nearest(word: string, values: readonly DescEnumValue[]): string | undefined {
  const owners = new Map<string, string>();
  for (const value of values) {
    owners.set(value.name, value.name);
    for (const spelling of getOption(value, value_alias)) owners.set(spelling, value.name);
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
