import { type DescField, hasOption } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import {
  expected_pattern,
  known_values,
  not_applied,
  pattern_warning,
} from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { knownValues, knownValuesFor } from "../../../contract/fields/known-values.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import type { Problem } from "../../../contract/planton-error.js";
import { suggest } from "../../system/suggest.js";
import { isGiven, locationOf, type SourceMap } from "../decode/source-map.js";
import { isValueOrRefMessage } from "../decode/value-or-ref.js";
import { shorten } from "../yaml/yaml-node.js";
import { walkMessages } from "./walk-fields.js";

/** Input of {@link checkKnownValues}. */
interface WarningsInput {
  readonly file: string;
  readonly message: ReflectMessage;
  readonly places: SourceMap;
}

/**
 * Warnings about values that are given: one outside `known_values` or `expected_pattern` (E_RULE_VIOLATED), a field
 * that has no effect (E_NOT_APPLIED). Defaults give no warning.
 */
export function checkKnownValues({ file, message, places }: WarningsInput): Problem[] {
  const found: Problem[] = [];
  walkMessages(message, "", (inner, innerPath) => {
    for (const field of inner.fields) {
      const fieldPath = innerPath === "" ? field.name : `${innerPath}.${field.name}`;
      if (!inner.isSet(field) || !isGiven(places, fieldPath)) continue;
      const about = (path: string, warning: Warning): void => {
        found.push({ severity: "warning", file, ...locationOf(places, path), ...warning });
      };
      if (hasOption(field, not_applied)) {
        about(fieldPath, { code: "E_NOT_APPLIED", message: optionOf(field, not_applied), hint: "remove the field" });
      }
      if (!hasOption(field, known_values) && !hasOption(field, expected_pattern)) continue;
      for (const [path, text] of textsOf(inner, field, fieldPath)) {
        for (const warning of valueWarnings(field, text, inner)) about(path, warning);
      }
    }
  });
  return found;
}

type Warning = Pick<Problem, "code" | "message" | "rule" | "hint">;

function valueWarnings(field: DescField, text: string, beside: ReflectMessage): Warning[] {
  const secret = isSecretField(field);
  const quoted = secret ? "the value" : `"${shorten(text)}"`;
  const found: Warning[] = [];
  const known = knownValues(field);
  const { by, source } = known;
  const other = siblingValue(beside, by);
  const values = knownValuesFor(known, other);
  if (values.length > 0 && !values.includes(text)) {
    const meant = suggest(text, values);
    const whose = other === undefined ? "" : ` for ${by} ${other}`;
    const list = `known${whose}${source === "" ? "" : ` (${source})`}: ${values.slice(0, 20).join(", ")}${values.length > 20 ? ", ..." : ""}`;
    found.push({
      code: "E_RULE_VIOLATED",
      rule: "known_values",
      message: `${quoted} is not among the known values${whose}; it is used as it is`,
      hint: meant === undefined || secret ? list : `did you mean "${meant}"? ${list}`,
    });
  }
  const pattern = optionOf(field, expected_pattern);
  if (pattern !== "" && !new RegExp(pattern, "u").test(text)) {
    const advice = optionOf(field, pattern_warning);
    found.push({
      code: "E_RULE_VIOLATED",
      rule: "expected_pattern",
      message: `${quoted} does not look right; it is used as it is`,
      hint: advice === "" ? `expected the form ${pattern}` : advice,
    });
  }
  return found;
}

/** The value of a field of that name as a manifest has it; undefined where there is none. */
function siblingValue(message: ReflectMessage, name: string): string | undefined {
  const field = message.fields.find((one) => one.name === name);
  if (field === undefined || !message.isSet(field)) return undefined;
  const value: unknown = message.get(field);
  if (field.enum !== undefined) return field.enum.values.find(({ number }) => number === value)?.name;
  return typeof value === "string" ? value : undefined;
}

/** The strings of a field with their paths: itself, its items, or the literal of a reference field. */
function* textsOf(message: ReflectMessage, field: DescField, path: string): Generator<[path: string, text: string]> {
  if (field.fieldKind === "list") {
    let index = 0;
    for (const item of message.get(field)) yield* textOf(item, `${path}[${index++}]`);
  } else if (field.fieldKind === "map") {
    for (const [key, value] of message.get(field)) yield* textOf(value, `${path}[${JSON.stringify(key)}]`);
  } else {
    yield* textOf(message.get(field), path);
  }
}

function* textOf(value: unknown, path: string): Generator<[path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null || !("message" in value)) return;
  // The value is a ReflectMessage: nothing else that a field holds has a member `message`.
  const { message } = value as ReflectMessage;
  if (isValueOrRefMessage(message) && message.source.case === "value") yield [`${path}.value`, message.source.value];
}
