import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog } from "../apis/gen/catalog.js";
import { isPlantonError, type Problem } from "../contract/planton-error.js";
import { checkStackInput } from "../runner/read-stack-input.js";
import { leanCatalogPlugins } from "./lean-catalog-plugins.js";
import { usedRules } from "./lean-validation/used-rules.js";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "planton-lean-catalog-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bundle {
  readonly checkStackInput: typeof checkStackInput;
  readonly catalog: typeof catalog;
}

let bundle: Bundle;
let source: string;

beforeAll(async () => {
  const outfile = join(folder, "bundle.cjs");
  const contents =
    'export { checkStackInput } from "./runner/read-stack-input.js"; export { catalog } from "./apis/gen/catalog.js";';
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
    const expected = problemsOf({ checkStackInput, catalog }, text);
    expect(problemsOf(bundle, text)).toEqual(expected);
    for (const { rule } of expected) rules.add(rule ?? "");
  }
  expect(rules.size).toBeGreaterThan(5);
}, 60_000);

test("every expression of the catalog is parsed at build time", () => {
  const expressions = usedRules(catalog).expressions;
  expect(expressions.length).toBeGreaterThan(10);
  const start = source.indexOf("parsedRules = ");
  const parsed = source.slice(start, source.indexOf("function plan", start));
  expect(parsed.match(/\(\) => \(/g)).toHaveLength(expressions.length);
});
