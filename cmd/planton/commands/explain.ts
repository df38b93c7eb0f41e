import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { Command } from "commander";
import type { Catalog, KindEntry } from "../../../contract/catalog.js";
import { type ErrorCode, errorCodes } from "../../../contract/error-codes.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { fieldKeys } from "../../../runner/manifest/decode/field-keys.js";
import { suggest } from "../../../runner/system/suggest.js";
import type { Cli } from "../cli.js";
import { fieldFacts, messageOf, messageRules } from "../render/field-facts.js";
import { catalogRules, type RuleFacts } from "../render/rule-facts.js";
import { tableLines } from "../render/table.js";

/** What the explain command needs. */
interface ExplainDependencies {
  readonly catalog: Catalog;
  /** Comments of messages and fields by full name. */
  readonly comments: Readonly<Record<string, string>>;
}

/**
 * Adds `planton explain`: facts about an error code (`E_RULE_VIOLATED`), a rule (`vpc.name.format`), a kind, a field
 * of its manifest (`DigitalOceanVpc.spec.region`, or without `spec`) or its outputs
 * (`DigitalOceanVpc.status.outputs`). Throws E_USAGE for what it does not know.
 */
export function addExplainCommand(program: Command, cli: Cli, deps: ExplainDependencies): void {
  program
    .command("explain")
    .description("explain an error code, a rule, a kind or a field")
    .argument("<what>", "an error code or rule as messages show it in brackets, Kind, or Kind.field.path")
    .action((what: string) => {
      for (const line of explain(what, deps)) cli.out(line);
    });
}

function explain(what: string, { catalog, comments }: ExplainDependencies): string[] {
  if (isErrorCode(what)) return explainCode(what);
  const [kind = "", ...path] = what.split(".");
  const entry = catalog.kinds.find((candidate) => candidate.kind === kind);
  if (entry !== undefined) return path.length === 0 ? explainKind(entry, comments) : explainPath(entry, path, comments);
  const rules = catalogRules(catalog);
  const rule = rules.get(what);
  if (rule !== undefined) return explainRule(rule);
  const meant =
    suggest(kind, [...Object.keys(errorCodes), ...catalog.kinds.map((candidate) => candidate.kind)]) ??
    suggest(what, [...rules.keys()]);
  throw new PlantonError({
    code: "E_USAGE",
    message: `"${what}" is no error code, no rule and no kind`,
    hint: meant === undefined ? "see planton kinds, and the codes in error messages" : `did you mean "${meant}"?`,
  });
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

const families = {
  input: "your input is wrong",
  environment: "the environment failed",
  bug: "planton has a bug",
} as const;

function explainCode(code: ErrorCode): string[] {
  const { family, meaning, exitCode, hint } = errorCodes[code];
  return [code, `  ${meaning}`, `  ${families[family]}; exit code ${exitCode}`, `  hint: ${hint}`];
}

/** Most places of a rule that are listed. */
const mostPlaces = 20;

function explainRule({ id, meaning, places }: RuleFacts): string[] {
  const more = places.length > mostPlaces ? [`  and ${places.length - mostPlaces} more`] : [];
  return [id, ...commentLines(meaning), ...places.slice(0, mostPlaces).map((place) => `  - ${place}`), ...more];
}

type Comments = ExplainDependencies["comments"];

function explainKind(entry: KindEntry, comments: Comments): string[] {
  return [
    entry.kind,
    ...commentLines(comments[entry.manifest.typeName]),
    `  apiVersion: ${entry.apiVersion}`,
    `  provider: ${entry.provider}`,
    `  stack: [<env>.]${entry.shortName}.<name>`,
    `  data protected by default: ${entry.stateful ? "yes" : "no"}`,
    "",
    "spec",
    ...fieldTable(entry.spec),
    "",
    "outputs",
    ...fieldTable(entry.stackOutputs),
    "",
    `more: planton explain ${entry.kind}.spec.${entry.spec.fields[0]?.name ?? "FIELD"}`,
  ];
}

function fieldTable(schema: DescMessage): string[] {
  const rows = schema.fields.map((field) => {
    const { name, type, required, default: value, notes } = fieldFacts(field);
    const secret = notes.some((note) => note.startsWith("secret")) ? "secret" : "";
    return [`  ${name}`, type, required ? "required" : value === undefined ? secret : `default ${value}`];
  });
  return [...tableLines(["  FIELD", "TYPE", ""], rows), ...messageRules(schema).map((rule) => `  - ${rule}`)];
}

function explainPath(entry: KindEntry, path: readonly string[], comments: Comments): string[] {
  const [schema, names] = startOf(entry, path);
  let current: DescMessage | undefined = schema;
  let field: DescField | undefined;
  for (const name of names) {
    const keys: ReadonlyMap<string, DescField> = current === undefined ? new Map() : fieldKeys(current);
    field = keys.get(name.replace(/\[.*\]$/, ""));
    if (field === undefined) throw unknownField(entry, path, name, [...keys.values()]);
    current = field.message;
  }
  if (field !== undefined && messageOf(field) === undefined) current = undefined;
  const inner = current === undefined ? [] : ["", ...fieldTable(current)];
  if (field === undefined) return fieldTable(schema);
  const comment = comments[`${field.parent.typeName}.${field.name}`];
  return [...fieldLines(`${entry.kind}.${path.join(".")}`, field, comment), ...inner];
}

/** Where a path begins: at the outputs, at the manifest, or at the spec when it names a field of it. */
function startOf(entry: KindEntry, path: readonly string[]): [schema: DescMessage, names: readonly string[]] {
  if (path[0] === "status" && path[1] === "outputs") return [entry.stackOutputs, path.slice(2)];
  if (path[0] === "outputs") return [entry.stackOutputs, path.slice(1)];
  return fieldKeys(entry.manifest).has(path[0] ?? "") ? [entry.manifest, path] : [entry.spec, path];
}

function fieldLines(title: string, field: DescField, comment: string | undefined): string[] {
  const { type, required, default: value, notes } = fieldFacts(field);
  return [
    title,
    ...commentLines(comment),
    `  ${type}${required ? ", required" : ""}${value === undefined ? "" : `, default ${value}`}`,
    ...notes.map((note) => `  - ${note}`),
  ];
}

function unknownField(
  entry: KindEntry,
  path: readonly string[],
  name: string,
  fields: readonly DescField[],
): PlantonError {
  const names = [...new Set(fields.map((field) => field.name))];
  const meant = suggest(name, names);
  const list = names.length === 0 ? "it has no fields" : `its fields are ${names.join(", ")}`;
  return new PlantonError({
    code: "E_USAGE",
    message: `${entry.kind} has no field "${path.join(".")}": "${name}" is not there`,
    hint: meant === undefined ? list : `did you mean "${meant}"?`,
  });
}

/** A comment as indented lines that fit a narrow terminal. */
function commentLines(comment = ""): string[] {
  const lines: string[] = [];
  for (const word of comment.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= 100) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return comment === "" ? [] : lines;
}
