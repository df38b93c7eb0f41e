import { type DescField, type DescMessage, getOption, isFieldSet, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  FieldRulesSchema,
  message as messageRulesOption,
  field as rulesOption,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import {
  alias,
  alias_warning,
  default_value,
  env,
  not_applied,
  ref,
  secret,
  value_alias,
} from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { knownValues } from "../../../contract/fields/known-values.js";

/** What people read about a field from its descriptor. */
interface FieldFacts {
  readonly name: string;
  /** "string", "integer", "list of DigitalOceanDatabaseTrustedSource", "string or reference", ... */
  readonly type: string;
  readonly required: boolean;
  /** As written in YAML; undefined when there is none. */
  readonly default: string | undefined;
  /** Rules and remarks, one line each. */
  readonly notes: readonly string[];
}

/** Facts about a field, from its type and its options. */
export function fieldFacts(field: DescField): FieldFacts {
  const rules = getOption(field, rulesOption);
  return {
    name: field.name,
    type: typeOf(field),
    required: rules.required,
    default: getOption(field, default_value) || undefined,
    notes: [...ruleNotes(field), ...optionNotes(field), ...enumNotes(field)],
  };
}

/** What a message's rules across its fields say. */
export function messageRules(schema: DescMessage): string[] {
  return getOption(schema, messageRulesOption).cel.map(({ message, expression }) => message || expression);
}

/** The message that a field holds or is a list or map of; undefined for plain values and references. */
export function messageOf(field: DescField): DescMessage | undefined {
  return field.message?.typeName === "planton.shared.v1.StringValueOrRef" ? undefined : field.message;
}

function typeOf(field: DescField): string {
  if (field.fieldKind === "list") return `list of ${singleType(field)}`;
  if (field.fieldKind === "map") return `map of ${singleType(field)}`;
  return singleType(field);
}

function singleType(field: Pick<DescField, "message" | "enum" | "scalar">): string {
  if (field.message !== undefined) {
    return field.message.typeName === "planton.shared.v1.StringValueOrRef" ? "string or reference" : field.message.name;
  }
  if (field.enum !== undefined) return field.enum.name;
  switch (field.scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.BYTES:
      return "bytes in base64";
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return "number";
    default:
      return "integer";
  }
}

function ruleNotes(field: DescField): string[] {
  const rules = getOption(field, rulesOption);
  const notes = rules.cel.map((rule) => (rule.message === "" ? rule.expression : rule.message));
  const standard = rules.type.value;
  if (standard === undefined) return notes;
  const member = FieldRulesSchema.oneofs
    .find((oneof) => oneof.name === "type")
    ?.fields.find((candidate) => {
      return candidate.message?.typeName === standard.$typeName;
    });
  if (member?.message === undefined) return notes;
  const set = reflect(member.message, standard);
  for (const rule of set.fields) {
    if (!isFieldSet(standard, rule)) continue;
    const words = ruleWords[rule.name];
    if (rule.fieldKind === "scalar" && words !== undefined) notes.push(`${words} ${String(set.get(rule))}`);
    if (rule.fieldKind === "message" && rule.message.name === "FieldRules") {
      const items = getItemRules(set.get(rule).message);
      notes.push(...items.map((text) => `each: ${text}`));
    }
  }
  return notes;
}

/** Words for protovalidate's rules that say something to people; the others follow from types and values. */
export const ruleWords: Readonly<Record<string, string>> = {
  const: "must be",
  gt: "more than",
  gte: "at least",
  lt: "less than",
  lte: "at most",
  len: "length",
  min_len: "minimal length",
  max_len: "maximal length",
  pattern: "pattern",
  prefix: "begins with",
  suffix: "ends with",
  min_items: "minimal number of items",
  max_items: "maximal number of items",
  min_pairs: "minimal number of keys",
  max_pairs: "maximal number of keys",
  unique: "no item twice:",
};

/** Messages of the rules for the items of a list, or the keys or values of a map. */
function getItemRules(rules: unknown): string[] {
  const { cel } = rules as { readonly cel?: readonly { readonly message: string }[] };
  return (cel ?? []).map(({ message }) => message);
}

function optionNotes(field: DescField): string[] {
  const notes: string[] = [];
  const reference = getOption(field, ref);
  if (reference.kind !== "") notes.push(`usually refers to ${reference.kind}, output ${reference.fieldPath}`);
  if (field.message !== undefined && messageOf(field) === undefined) {
    notes.push("a reference is ref or valueFrom with name, and where needed kind, env, field_path, project, stack");
  }
  notes.push(...knownValueNotes(field));
  if (getOption(field, secret)) notes.push("secret: masked, and encrypted in state");
  const reason = getOption(field, not_applied);
  if (reason !== "") notes.push(`has no effect: ${reason}`);
  const aliases = getOption(field, alias);
  if (aliases.length > 0) notes.push(`may also be written ${aliases.join(", ")}`);
  const variables = getOption(field, env);
  if (variables.length > 0) notes.push(`environment: ${variables.join(", ")}`);
  return notes;
}

/** Values that differ by another field are shown for each of its values where they are few. */
function knownValueNotes(field: DescField): string[] {
  const { values, by, cases } = knownValues(field);
  if (values.length === 0) return [];
  if (cases.length === 0) return [`known values: ${values.join(", ")}`];
  if (values.length > 20) return [`known values, not all for every ${by}: ${values.join(", ")}`];
  return cases.map((one) => `known values for ${by} ${one.when.join(", ")}: ${one.values.join(", ")}`);
}

function enumNotes(field: DescField): string[] {
  if (field.enum === undefined) return [];
  const values = field.enum.values.filter(({ name }) => !name.endsWith("_unspecified"));
  const notes = [`values: ${values.map(({ name }) => name).join(", ")}`];
  for (const value of values) {
    const aliases = getOption(value, value_alias);
    if (aliases.length > 0) notes.push(`${aliases.join(", ")}: other spelling of ${value.name}`);
    notes.push(...getOption(value, alias_warning).map((warning) => `warning with ${warning}`));
  }
  return notes;
}
