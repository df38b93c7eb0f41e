import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescMessage,
  getOption,
} from "@bufbuild/protobuf";
import * as validation from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog } from "../apis/gen/catalog.js";
import * as options from "../apis/gen/es/planton/shared/v1/options_pb.js";
import { isPlantonError, type Problem } from "../contract/planton-error.js";
import { checkStackInput } from "../runner/manifest/read-stack-input.js";
import { leanCatalogPlugins } from "./lean-catalog-plugins.js";
import { usedRules } from "./lean-validation/used-rules.js";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "planton-lean-catalog-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bundle {
  readonly checkStackInput: typeof checkStackInput;
  readonly catalog: typeof catalog;
  readonly getOption: (element: never, option: never) => unknown;
  readonly options: typeof options;
  readonly validation: typeof validation;
}

const sources: Bundle = { checkStackInput, catalog, getOption, options, validation };

let bundle: Bundle;
let source: string;

beforeAll(async () => {
  const outfile = join(folder, "bundle.cjs");
  const contents = `
    export { checkStackInput } from "./runner/manifest/read-stack-input.js";
    export { catalog } from "./apis/gen/catalog.js";
    export { getOption } from "@bufbuild/protobuf";
    export * as options from "./apis/gen/es/planton/shared/v1/options_pb.js";
    export * as validation from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";`;
  await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    plugins: [...leanCatalogPlugins(catalog)],
  });
  source = readFileSync(outfile, "utf8");
  // The bundle exports what `contents` names.
  bundle = createRequire(import.meta.url)(outfile) as Bundle;
}, 60_000);

function problemsOf({ checkStackInput: check, catalog: kinds }: Bundle, text: string): readonly Problem[] {
  try {
    return check({ catalog: kinds, file: "f.yaml", text }).warnings;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    return error.problems;
  }
}

/** The text, and for each of its lines with a value the text with another value there. */
function variants(text: string): string[] {
  const lines = text.split("\n");
  const changed = lines.flatMap((line, index) => {
    const [, start] = /^(\s*(?:- )?[\w-]+: )\S/.exec(line) ?? [];
    if (start === undefined) return [];
    return ['"!"', "7"].map((value) => [...lines.slice(0, index), start + value, ...lines.slice(index + 1)].join("\n"));
  });
  return [text, ...changed];
}

function exampleTexts(): string[] {
  return ["modules", "examples"].flatMap((start) =>
    readdirSync(join(root, start), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".yaml") && !path.includes("Pulumi"))
      .map((path) => readFileSync(join(root, start, path), "utf8")),
  );
}

test("a lean bundle finds what the sources find", () => {
  const texts = exampleTexts().flatMap(variants);
  const rules = new Set<string>();
  for (const text of texts) {
    const expected = problemsOf(sources, text);
    expect(problemsOf(bundle, text)).toEqual(expected);
    for (const { rule } of expected) rules.add(rule ?? "");
  }
  expect(rules.size).toBeGreaterThan(5);
}, 60_000);

type Described = DescMessage | DescField | DescEnum | DescEnumValue;

/** Members of descriptors that are plain values. */
const members = (
  "kind name localName jsonName typeName number deprecated fieldKind listKind mapKind mapKey scalar presence packed " +
  "utf8Validation delimitedEncoding longAsString open sharedPrefix"
).split(" ");

function factsOf(described: Described): object {
  const of = new Map<string, unknown>(Object.entries(described));
  const field = described.kind === "field" ? described : undefined;
  return {
    ...Object.fromEntries(members.map((name) => [name, of.get(name)])),
    parent: described.parent?.toString(),
    message: field?.message?.typeName,
    enum: field?.enum?.typeName,
    oneof: field?.oneof?.toString(),
    members: described.kind === "message" ? described.members.map(String) : [],
    fields: described.kind === "message" ? Object.keys(described.field) : [],
    values: described.kind === "enum" ? Object.entries(described.value).map(([no, value]) => [no, String(value)]) : [],
  };
}

/** What is said of each message, field, enum and its values below a kind, with every option, by its name. */
function facts({ getOption: read, options: own, validation: others, ...bundled }: Bundle): Map<string, unknown> {
  const extensions = [own, others].flatMap((from): unknown[] => Object.values(from)).filter(isExtension);
  const told = new Map<string, unknown>();
  const tell = (kind: string, described: Described): void => {
    const fitting = extensions.filter(({ extendee }) => extendee.name === kind);
    // The types cannot tell that what is fitting extends the element's own options.
    const said = fitting.map((extension) => [extension.typeName, read(described as never, extension as never)]);
    told.set(String(described), { ...factsOf(described), said: Object.fromEntries(said) });
  };
  const visit = (message: DescMessage): void => {
    if (told.has(String(message))) return;
    tell("MessageOptions", message);
    for (const field of message.fields) {
      tell("FieldOptions", field);
      if (field.enum !== undefined) tell("EnumOptions", field.enum);
      for (const value of field.enum?.values ?? []) tell("EnumValueOptions", value);
      if (field.message !== undefined) visit(field.message);
    }
  };
  for (const { stackInput, stackOutputs } of bundled.catalog.kinds) [stackInput, stackOutputs].forEach(visit);
  return told;
}

const isExtension = (value: unknown): value is DescExtension =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "extension";

test("a lean bundle has the descriptors and options that the sources have", () => {
  const expected = facts(sources);
  expect(expected.size).toBeGreaterThan(100);
  expect(Object.fromEntries(facts(bundle))).toEqual(Object.fromEntries(expected));
});

test("every expression of the catalog is parsed at build time", () => {
  const expressions = usedRules(catalog).expressions;
  expect(expressions.length).toBeGreaterThan(10);
  const start = source.indexOf("parsedRules = ");
  const parsed = source.slice(start, source.indexOf("function plan", start));
  expect(parsed.match(/\(\) => make/g)).toHaveLength(expressions.length);
});
