import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Violation } from "@bufbuild/protovalidate";
import type { ErrorCode } from "../../../contract/error-codes.js";
import type { Position, Problem } from "../../../contract/planton-error.js";
import { brokenRule } from "../check/broken-rule.js";
import { violationsOf } from "../check/validate.js";
import { shorten, type YamlNode, type YamlScalar } from "../yaml/yaml-node.js";
import type { SourceLocation } from "./source-map.js";
import { isValueOrRef } from "./value-or-ref.js";

/** What the parts of the decoder share while they walk over one document. */
export interface DecodeWalk {
  readonly file: string;
  readonly problems: Problem[];
  readonly places: Map<string, SourceLocation>;
  /** Field paths that have an error, so that no rule is reported for what follows from it. */
  readonly failed: Set<string>;
  /** How many keys are written in camelCase, less those in snake_case. */
  camelKeys: number;
  /** Field paths that the document unsets by an empty value; undefined where empty values are faults. */
  readonly unset: Set<string> | undefined;
}

/** Where in message and document the decoder is. */
export interface DecodeAt {
  /** Path by proto field names. */
  readonly fieldPath: string;
  /** Path as written. */
  readonly path: string;
  /** True when the values here are secrets, which no message may quote. */
  readonly secret: boolean;
  /** The field that holds the value; undefined for the document itself. */
  readonly field?: DescField;
  /** The field that holds the message which has the field. */
  readonly around?: DescField;
  /** The field whose rules are about the value, when it is another one: that of a reference about its literal. */
  readonly ruledBy?: DescField;
  /** True when the value is an item of the field's list, or one of its map's values. */
  readonly isItem?: true;
}

/** A fault to report. */
interface Fault {
  readonly code: ErrorCode;
  readonly position: Position;
  readonly message: string;
  readonly hint?: string;
  readonly severity?: "error" | "warning";
  /** Path as written, when it is not the one the decoder is at. */
  readonly path?: string;
}

/** Adds a problem. An error also marks the field, so that broken rules that follow from it stay unsaid. */
export function report(walk: DecodeWalk, at: DecodeAt, fault: Fault): undefined {
  const { code, position, message, hint, severity = "error", path = at.path } = fault;
  if (severity === "error") walk.failed.add(at.fieldPath);
  walk.problems.push({
    code,
    severity,
    file: walk.file,
    position,
    ...(path === "" ? {} : { path }),
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  return undefined;
}

/** Reports a value of the wrong type. */
export function reportType(walk: DecodeWalk, at: DecodeAt, node: YamlNode, expected: string, hint?: string): undefined {
  if (node.kind === "scalar" && node.value === null) return reportNull(walk, at, node);
  return report(walk, at, {
    code: "E_DECODE_TYPE",
    position: node.position,
    message: `expected ${expected}, got ${described(node, at)}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Reports a key or list item without a value. */
export function reportNull(walk: DecodeWalk, at: DecodeAt, node: YamlNode): undefined {
  return report(walk, at, {
    code: "E_DECODE_NULL",
    position: node.position,
    message: "the value is empty",
    hint: nullHint(at),
  });
}

/** The ways out of an empty value that the field's rules take. */
function nullHint({ field, ruledBy, around, isItem }: DecodeAt): string {
  if (field === undefined) return "give a value";
  const isRequired =
    isItem !== true && (field.oneof !== undefined || violationsOf(reflect(field.parent)).some(isAbout(field)));
  const isString = field.scalar === ScalarType.STRING && (isItem === true || field.fieldKind === "scalar");
  const ways = [
    field.message !== undefined && !isValueOrRef(field.message) && isItem !== true
      ? "give it a map, with its keys indented below it"
      : "give a value",
    ...(isRequired ? [] : [isItem === true ? "remove it" : "remove the key to leave it unset"]),
    ...(isString && brokenRule(ruledBy ?? field, "", around) === undefined ? ['write "" for an empty string'] : []),
  ];
  const [last = ""] = ways.slice(-1);
  return ways.length < 2 ? last : `${ways.slice(0, -1).join(", ")}${ways.length > 2 ? "," : ""} or ${last}`;
}

const isAbout =
  (field: DescField) =>
  ({ field: [first] }: Violation): boolean =>
    first?.kind === "field" && first.name === field.name;

/** Where a field of the current message is. */
export function atField(at: DecodeAt, field: DescField, path: string, secret: boolean): DecodeAt {
  const fieldPath = at.fieldPath === "" ? field.name : `${at.fieldPath}.${field.name}`;
  const around = at.field === undefined || at.isItem === true ? {} : { around: at.field };
  const next = { fieldPath, path, secret: at.secret || secret, field, ...around };
  const isLiteral = isValueOrRef(field.parent) && field.name === "value" && at.field !== undefined;
  return isLiteral ? { ...next, ruledBy: at.field } : next;
}

/** Where an item of the current list, or a value of the current map, is. */
export function atItem(at: DecodeAt, fieldPath: string, path: string): DecodeAt {
  return { ...at, fieldPath, path, isItem: true };
}

/** A node as messages name it: its sort, and for plain values the text unless it is secret. */
function described(node: YamlNode, at: DecodeAt): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  const sort = sortOf(node.value);
  return at.secret ? `a ${sort}` : `${sort} "${shorten(node.source)}"`;
}

function sortOf(value: YamlScalar["value"]): string {
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "number";
}
