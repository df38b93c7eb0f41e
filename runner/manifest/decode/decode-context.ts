import type { DescField } from "@bufbuild/protobuf";
import type { ErrorCode } from "../../../contract/error-codes.js";
import type { Position, Problem } from "../../../contract/planton-error.js";
import { shorten, type YamlNode, type YamlScalar } from "../yaml/yaml-node.js";
import type { SourceLocation } from "./source-map.js";

/** What the parts of the decoder share while they walk over one document. */
export interface DecodeWalk {
  readonly file: string;
  readonly problems: Problem[];
  readonly places: Map<string, SourceLocation>;
  /** Field paths that have an error, so that no rule is reported for what follows from it. */
  readonly failed: Set<string>;
  /** How many keys are written in camelCase, less those in snake_case. */
  camelKeys: number;
}

/** Where in message and document the decoder is. */
export interface DecodeAt {
  /** Path by proto field names. */
  readonly fieldPath: string;
  /** Path as written. */
  readonly path: string;
  /** True when the values here are secrets, which no message may quote. */
  readonly secret: boolean;
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
    hint: 'give a value, remove the key to leave it unset, or write "" for an empty string',
  });
}

/** Where a field of the current message is. */
export function atField(at: DecodeAt, field: DescField, path: string, secret: boolean): DecodeAt {
  const fieldPath = at.fieldPath === "" ? field.name : `${at.fieldPath}.${field.name}`;
  return { fieldPath, path, secret: at.secret || secret };
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
