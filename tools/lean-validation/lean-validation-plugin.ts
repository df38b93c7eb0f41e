import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "@bufbuild/cel";
import type { Plugin } from "esbuild";
import { replaceOnce } from "../replace-once.js";
import { shapedLiterals } from "../shaped-literals.js";
import type { UsedRules } from "./used-rules.js";

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * Lets a bundle start with validation quickly. As it comes, protovalidate parses and plans some 180 rules of its own
 * and every rule of every message of a kind before it checks the first value. Here a rule is planned when it is first
 * checked, a message in another when one is there, and the catalog's rules are parsed at build time; other rules cannot
 * be checked.
 */
export function leanValidationPlugin(used: UsedRules): Plugin {
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
      // Neither parses anything in a bundle: rules are parsed already, and the runner gives its own regular expressions.
      build.onLoad({ filter: /[\\/]@bufbuild[\\/]cel[\\/].*[\\/]parser\.js$/ }, () => {
        return { contents: leftOut("parse"), loader: "js" };
      });
      build.onResolve({ filter: /^@bufbuild\/re2$/ }, ({ path }) => ({ path, namespace: "lean-validation" }));
      build.onLoad({ filter: /re2$/, namespace: "lean-validation" }, () => {
        return { contents: `${leftOut("compile")}export const RE2JS = { compile };`, loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protovalidate[\\/].*[\\/]planner\.js$/ }, ({ path }) => {
        const contents = replaceOnce(readFileSync(path, "utf8"), "evals.add(this.plan(descMessage));", latePlan);
        return { contents, loader: "js" };
      });
      build.onLoad({ filter: /[\\/]lean-validation[\\/]parsed-rules\.ts$/ }, () => {
        return { contents: parsedRulesSource(used), loader: "js" };
      });
    },
  };
}

/**
 * In messages that hold each other, protovalidate leaves out a field whose message has no plan yet, as if it had no
 * rules; this checks it.
 */
const latePlan = `{
  let planned;
  evals.add({ eval: (value, cursor) => (planned ??= this.plan(descMessage)).eval(value, cursor), prune: () => false });
}`;

function leftOut(name: string): string {
  return `export function ${name}() { throw new Error("${name} is left out of planton's bundles"); }\n`;
}

function isIn(path: string, packageName: string): boolean {
  return path.replaceAll("\\", "/").includes(`/@bufbuild/${packageName}/`);
}

function parsedRulesSource({ expressions }: UsedRules): string {
  const { write, declarations } = shapedLiterals();
  const entries = expressions.map((expression) => `[${write(expression)}, () => ${write(parse(expression).expr)}]`);
  return `${declarations()}export const parsedRules = new Map([\n${entries.join(",\n")}\n]);\n`;
}
