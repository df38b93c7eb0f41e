import { type DescField, type DescMessage, getOption, hasOption, isFieldSet } from "@bufbuild/protobuf";
import {
  type FieldRules,
  FieldRulesSchema,
  message as messageRulesOption,
  field as rulesOption,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { expected_pattern, known_values } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { WorkspaceSchema } from "../../../apis/gen/es/planton/shared/v1/workspace_pb.js";
import type { Catalog } from "../../../contract/catalog.js";
import { ruleWords } from "./field-facts.js";

/** What people read about a rule, by the id that messages show in brackets. */
export interface RuleFacts {
  readonly id: string;
  /** What it says. */
  readonly meaning: string;
  /** What it is about, as `planton explain` takes it: "DigitalOceanVpc.spec.region". In the order of the catalog. */
  readonly places: readonly string[];
}

/** Every rule of the catalog's kinds, and of planton.yaml, by its id. */
export function catalogRules({ kinds }: Catalog): ReadonlyMap<string, RuleFacts> {
  const rules = new Map<string, { readonly meaning: string; readonly places: Set<string> }>();
  const add = (id: string, meaning: string, place: string): void => {
    const known = rules.get(id) ?? { meaning, places: new Set() };
    known.places.add(place);
    rules.set(id, known);
  };
  for (const { kind, manifest, stackInput } of kinds) {
    addMessage(manifest, { path: [kind], add });
    const config = stackInput.fields.find(({ name }) => name === "provider_config");
    if (config?.message !== undefined) addMessage(config.message, { path: [config.message.name], add });
    for (const field of stackInput.fields) addField(field, { path: [stackInput.name, field.name], add });
  }
  addMessage(WorkspaceSchema, { path: ["Workspace"], add });
  return new Map([...rules].map(([id, { meaning, places }]) => [id, { id, meaning, places: [...places] }]));
}

interface Place {
  readonly path: readonly string[];
  readonly add: (id: string, meaning: string, place: string) => void;
}

/** Messages hold each other no deeper than this. */
const maxDepth = 8;

function addMessage(schema: DescMessage, place: Place): void {
  if (place.path.length > maxDepth) return;
  const where = place.path.join(".");
  for (const rule of getOption(schema, messageRulesOption).cel) {
    const [, about = ""] = rule.id.split(".");
    const field = schema.fields.find(({ name }) => name === about);
    place.add(rule.id, rule.message || rule.expression, field === undefined ? where : `${where}.${field.name}`);
  }
  for (const field of schema.fields) {
    const inner = { ...place, path: [...place.path, field.name] };
    addField(field, inner);
    if (field.message !== undefined) addMessage(field.message, inner);
  }
}

function addField(field: DescField, { path, add }: Place): void {
  const where = path.join(".");
  const rules = getOption(field, rulesOption);
  for (const { id, message, expression } of celOf(rules)) add(id, message || expression, where);
  if (rules.required) add("required", "the field has to be given, with a value that is not empty", where);
  for (const id of standardRules(rules)) add(id, standardMeaning(id), where);
  if (hasOption(field, known_values)) {
    add("known_values", "a warning: the value is none that is known to work; it is used as it is", where);
  }
  if (hasOption(field, expected_pattern)) {
    add("expected_pattern", "a warning: the value has another form than is usual; it is used as it is", where);
  }
}

/** What a rule of protovalidate's own checks; the figures are shown with each field. */
function standardMeaning(id: string): string {
  const [type = "", name = ""] = id.split(".");
  const words = name.split(/_(?=lte?$)/).map((part) => ruleWords[part] ?? part.replaceAll("_", " "));
  return `a rule for ${type}: ${words.join(", ")}`;
}

/** The rules of a field, and those of its items, keys and values. */
function withInner(rules: FieldRules): readonly FieldRules[] {
  const { value } = rules.type;
  if (value?.$typeName === "buf.validate.RepeatedRules") return [rules, ...(value.items ? [value.items] : [])];
  if (value?.$typeName !== "buf.validate.MapRules") return [rules];
  return [rules, ...[value.keys, value.values].filter((inner) => inner !== undefined)];
}

function celOf(rules: FieldRules): FieldRules["cel"] {
  return withInner(rules).flatMap(({ cel }) => cel);
}

/**
 * Ids of the rules that a field takes from protovalidate, with two bounds as the one that is reported:
 * `uint32.gte_lte`.
 */
function standardRules(rules: FieldRules): readonly string[] {
  return withInner(rules).flatMap(({ type: { value } }) => {
    if (value === undefined) return [];
    const member = FieldRulesSchema.fields.find(({ message }) => message?.typeName === value.$typeName);
    const set = (member?.message?.fields ?? []).filter((rule) => isFieldSet(value, rule)).map(({ name }) => name);
    const bounds = ["gt", "gte"].flatMap((low) => ["lt", "lte"].map((high) => [low, high] as const));
    const both = bounds.find((pair) => pair.every((name) => set.includes(name)));
    const names =
      both === undefined ? set : [...set.filter((name) => !both.some((one) => one === name)), both.join("_")];
    return names.filter((name) => !["items", "keys", "values"].includes(name)).map((name) => `${member?.name}.${name}`);
  });
}
