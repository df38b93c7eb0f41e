import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "@bufbuild/cel";
import type { Plugin } from "esbuild";
import type { Catalog } from "../../contract/catalog.js";
import { leanRulesFile } from "./lean-rules-file.js";
import { type UsedRules, usedRules } from "./used-rules.js";

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * Lets a bundle start with validation quickly. As it comes, protovalidate parses and plans some 180 rules of its own
 * and every rule of every message of a kind before it checks the first value. Here a rule is planned when it is first
 * checked, those of the catalog are parsed at build time, and rules that no kind uses are left out. For the catalog's
 * messages the result is the same; for others the bundle must not validate.
 */
export function leanValidationPlugin(catalog: Catalog): Plugin {
  const used = usedRules(catalog);
  return {
    name: "lean-validation",
    setup(build) {
      build.onResolve({ filter: /^@bufbuild\/cel$/ }, ({ importer }) => {
        return isIn(importer, "protovalidate") ? { path: beside("./lazy-cel.ts") } : undefined;
      });
      build.onResolve({ filter: /^@bufbuild\/cel-spec\/cel\/expr\/(?:checked|syntax)_pb\.js$/ }, ({ importer }) => {
        return isIn(importer, "cel") && importer.endsWith("plan.js")
          ? { path: beside("./expression-types.ts") }
          : undefined;
      });
      build.onLoad({ filter: /[\\/]lean-validation[\\/]parsed-rules\.ts$/ }, () => {
        return { contents: parsedRulesSource(used), loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protovalidate[\\/].*[\\/]validate_pb\.js$/ }, ({ path }) => {
        return { contents: withLeanFile(readFileSync(path, "utf8"), used), loader: "js" };
      });
    },
  };
}

function isIn(path: string, packageName: string): boolean {
  return path.replaceAll("\\", "/").includes(`/@bufbuild/${packageName}/`);
}

function parsedRulesSource({ expressions }: UsedRules): string {
  const entries = expressions.map((expression) => {
    return `[${JSON.stringify(expression)}, () => (${literal(parse(expression).expr)})]`;
  });
  return `export const parsedRules = new Map([\n${entries.join(",\n")}\n]);\n`;
}

/** The generated source of validate.proto with the lean descriptor. Throws when the source has another form. */
function withLeanFile(source: string, used: UsedRules): string {
  const pattern = /fileDesc\("[A-Za-z0-9+/=]+"/g;
  if (source.match(pattern)?.length !== 1) throw new Error("validate_pb.js holds no single file descriptor");
  return source.replace(pattern, () => `fileDesc("${leanRulesFile(used)}"`);
}

/** A value of plain objects, lists, texts, numbers and bytes as JavaScript source. */
function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `new Uint8Array([${value.join(",")}])`;
  if (Array.isArray(value)) return `[${value.map(literal).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${literal(part)}`);
    return `{${members.join(",")}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
