import { type DescEnum, type DescEnumValue, getOption } from "@bufbuild/protobuf";
import { alias_warning, value_alias } from "../apis/gen/es/planton/shared/v1/options_pb.js";
import { type DecodeAt, type DecodeWalk, report, reportNull } from "./decode-walk.js";
import { didYouMean } from "./did-you-mean.js";
import { shorten, type YamlNode } from "./yaml-node.js";

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
  return owners.get(didYouMean(word, [...owners.keys()]) ?? "");
}

/** Text of the alias_warning option `alias: text` for an alias. */
function warningOf(value: DescEnumValue, alias: string): string | undefined {
  const prefix = `${alias}: `;
  return getOption(value, alias_warning)
    .find((warning) => warning.startsWith(prefix))
    ?.slice(prefix.length);
}
