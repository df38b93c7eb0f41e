import type { DescField, Message } from "@bufbuild/protobuf";
import { type Path, pathToString, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import {
  isAtOrBelow,
  isGiven,
  locationOf,
  onOneLine,
  type SourceLocation,
  type SourceMap,
} from "../decode/source-map.js";
import { isValueOrRefMessage } from "../decode/value-or-ref.js";
import { shorten } from "../yaml/yaml-node.js";
import { leaveToNativeCode } from "./leave-to-native-code.js";

/** What an overlay has changed. */
export interface Overlaid {
  /** The message as it was without it. */
  readonly base: Message;
  /** Where the overlay gives a field; undefined for one that it does not give. */
  readonly placeOf: (fieldPath: string) => SourceLocation | undefined;
}

/** What {@link validate} checks. */
interface ValidateInput {
  readonly file: string;
  readonly message: ReflectMessage;
  readonly places: SourceMap;
  /** Field paths with an error already: broken rules about them, about what is in them or around them stay unsaid. */
  readonly failed: ReadonlySet<string>;
  /** Field paths that hold a secret URI: rules about their strings are for what the URIs name, and stay unsaid here. */
  readonly uris: ReadonlySet<string>;
  /** A rule across fields that only the overlay has broken is at the overlay's place. */
  readonly overlaid?: Overlaid | undefined;
}

let validator: Validator | undefined;

function newValidator(): Validator {
  leaveToNativeCode();
  // Rules come with the kinds, never from users, so that the platform's regular expressions may run them.
  return createValidator({ regexMatch: (pattern, text) => new RegExp(pattern, "u").test(text) });
}

/** The broken rules of a message as the validator gives them. Throws E_INTERNAL when a rule itself is faulty. */
export function violationsOf(message: ReflectMessage): readonly Violation[] {
  validator ??= newValidator();
  const result = validator.validate(message.desc, message.message as Message);
  if (result.kind === "valid") return [];
  if (result.kind === "error") {
    throw new PlantonError({
      code: "E_INTERNAL",
      message: `a rule of ${message.desc.typeName} cannot be checked: ${result.error.message}`,
      cause: result.error,
    });
  }
  return result.violations;
}

/** The broken rules of a message, as problems with code E_RULE_VIOLATED. Throws E_INTERNAL when a rule itself is faulty. */
export function validate({ file, message, places, failed, uris, overlaid }: ValidateInput): Problem[] {
  const violations = violationsOf(message);
  if (violations.length === 0) return [];
  const before = overlaid && new Set(violationsOf(reflect(message.desc, overlaid.base)).map(ruleKey));
  const changedAt = (violation: Violation, fieldPath: string): SourceLocation | undefined =>
    before?.has(ruleKey(violation)) === false ? overlaid?.placeOf(fieldPath) : undefined;
  return violations.flatMap((violation) => {
    const path = fieldsOf(violation);
    const fieldPath = pathToString(path);
    if ([...failed].some((failedPath) => onOneLine(failedPath, fieldPath))) return [];
    const named = namedField(violation, path, message);
    const namedPath = named === undefined ? fieldPath : pathToString([...path, named]);
    if ([...uris].some((uri) => isAtOrBelow(uri, fieldPath) || isAtOrBelow(uri, namedPath))) return [];
    const changed = changedAt(violation, fieldPath);
    return [problemOf({ violation, path, fieldPath, named, file, message, places, changed })];
  });
}

function ruleKey({ ruleId, field }: Violation): string {
  return `${pathToString(field)} ${ruleId}`;
}

/** The path without a oneof at its end, which no one writes. */
function fieldsOf(violation: Violation): Path {
  return violation.field.at(-1)?.kind === "oneof" ? violation.field.slice(0, -1) : violation.field;
}

interface ViolationAt {
  readonly violation: Violation;
  readonly path: Path;
  readonly fieldPath: string;
  /** The field that a rule across fields is about. */
  readonly named: DescField | undefined;
  readonly file: string;
  readonly message: ReflectMessage;
  readonly places: SourceMap;
  /** Where an overlay that has broken the rule gives the message. */
  readonly changed: SourceLocation | undefined;
}

function problemOf({ violation, path: around, fieldPath: aroundPath, named, ...rest }: ViolationAt): Problem {
  const { file, message, places, changed } = rest;
  const namedPath = named === undefined ? undefined : pathToString([...around, named]);
  const isNamed = named !== undefined && namedPath !== undefined && isGiven(places, namedPath);
  const { path, ...place } = isNamed ? locationOf(places, namedPath) : (changed ?? locationOf(places, aroundPath));
  const shown =
    violation.ruleId === "required" ? undefined : displayValue(message, isNamed ? [...around, named] : around);
  return {
    code: "E_RULE_VIOLATED",
    severity: "error",
    file,
    ...place,
    ...(path === "" ? {} : { path }),
    message: shown === undefined ? violation.message : `${violation.message}, got "${shown}"`,
    rule: violation.ruleId,
  };
}

/**
 * The field that a rule across fields is most about: the one that its id names after the message, as `node_count` in
 * "database_cluster.node_count.kafka". Undefined when it names none.
 */
function namedField({ ruleId }: Violation, path: Path, message: ReflectMessage): DescField | undefined {
  const last = path.filter((part) => part.kind === "field").at(-1);
  const schema = last === undefined ? message.desc : last.message;
  const name = ruleId.split(".")[1];
  return schema?.fields.find((field) => field.name === name);
}

/** A plain value at a path as text for a message; undefined for messages, lists and maps, unset fields and secrets. */
function displayValue(root: ReflectMessage, path: Path): string | undefined {
  let message = root;
  for (const [index, part] of path.entries()) {
    if (part.kind !== "field" || isSecretField(part) || !message.isSet(part)) return undefined;
    const last = index === path.length - 1;
    switch (part.fieldKind) {
      case "message":
        message = message.get(part);
        if (last) return literalOf(message);
        break;
      case "enum": {
        const number = message.get(part);
        return part.enum.values.find((value) => value.number === number)?.name;
      }
      case "scalar": {
        const value = message.get(part);
        return value instanceof Uint8Array ? undefined : shorten(String(value));
      }
      default:
        return listItem(message, part, path.slice(index + 1));
    }
  }
  return undefined;
}

/** The literal of a reference field; undefined for a reference and for other messages. */
function literalOf({ message }: ReflectMessage): string | undefined {
  if (!isValueOrRefMessage(message) || message.source.case !== "value") return undefined;
  return shorten(message.source.value);
}

/** A plain item of a list or value of a map, or what lies within one that is a message. */
function listItem(message: ReflectMessage, field: Path[number], rest: Path): string | undefined {
  const [item, ...within] = rest;
  if (field.kind !== "field") return undefined;
  let value: unknown;
  if (field.fieldKind === "list" && item?.kind === "list_sub") value = message.get(field).get(item.index);
  else if (field.fieldKind === "map" && item?.kind === "map_sub") value = message.get(field).get(item.key);
  if (typeof value !== "object" || value === null) return value === undefined ? undefined : shorten(String(value));
  if (value instanceof Uint8Array || !("desc" in value)) return undefined;
  // The value is a ReflectMessage: nothing else that a field holds has a descriptor.
  const inner = value as ReflectMessage;
  return within.length === 0 ? literalOf(inner) : displayValue(inner, within);
}
