import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../project-root.js";

/** A word that is no term of the field, and how many places may still have it. */
export interface ListedWord {
  readonly word: string;
  /** Matches each use; global. */
  readonly pattern: RegExp;
  readonly allowed: number;
  /** The word to use in its place. */
  readonly use: string;
}

/** What people write by hand. */
const roots =
  "README.md apis/proto clients cmd contract docs engine examples http modules providers runner sandbox test tools";
const leftOut = /(^|\/)(gen|node_modules)\/|^docs\/(decisions\/|errors\.md|kinds\.md)|^tools\/check\/check-words\./;

/** The counts may only fall: a branch that removes uses lowers the number. */
const words: readonly ListedWord[] = [
  { word: "answer", pattern: /answer/gi, allowed: 32, use: "response, for what a server sends; responds, returns" },
  { word: "asText, asFlag", pattern: /\bas(Filled)?(Texts?|Flag)\b/g, allowed: 0, use: "asString, asBoolean" },
  { word: "told, tells", pattern: /\b(told|tell(s|ing)?)\b/gi, allowed: 0, use: "returns, reports, contains, informs" },
  { word: "what is there", pattern: /\bwhat is there\b/gi, allowed: 0, use: "what exists, existing" },
  { word: "look at", pattern: /\blook(s|ed|ing)? at\b/gi, allowed: 0, use: "reads, checks, queries" },
  { word: "settle", pattern: /(?<!all)settle/gi, allowed: 0, use: "resolve, reconcile, prune" },
  { word: "stands", pattern: /\bstands?\b(?!-in| for| in for)/gi, allowed: 0, use: "is" },
  { word: "truth value", pattern: /\btruth ?(value|word)/gi, allowed: 0, use: "boolean" },
  { word: "whole number", pattern: /whole ?number/gi, allowed: 0, use: "integer" },
  { word: "a text", pattern: /\ba text\b(?! (file|table))/gi, allowed: 0, use: "a string, a file, a value, output" },
  { word: "surroundings", pattern: /surrounding/gi, allowed: 0, use: "environment, context" },
  { word: "heal", pattern: /\bheal(s|ed|ing)?\b/gi, allowed: 0, use: "recover" },
  { word: "leftover", pattern: /left ?over/gi, allowed: 0, use: "orphan" },
  {
    word: "comment longer than 124 characters",
    pattern: /^(?=.{125}) *(\/\/|\/\*|\*|#)/gm,
    allowed: 0,
    use: "more lines",
  },
];

/** What is wrong with the uses of a word in texts by path; undefined when there are as many as allowed. */
export function wordProblem(
  { word, pattern, allowed, use }: ListedWord,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  const places = [...texts].flatMap(([path, text]) =>
    [...text.matchAll(pattern)].map(({ index }) => `${path}:${text.slice(0, index).split("\n").length}`),
  );
  const counted = `"${word}": ${places.length} places, ${allowed} allowed`;
  if (places.length < allowed) return `${counted}; lower the number in tools/check/check-words.ts`;
  return places.length > allowed
    ? `${places.map((place) => `${place}: use ${use}`).join("\n")}\n${counted}`
    : undefined;
}

function handWrittenTexts(root: string): ReadonlyMap<string, string> {
  const below = (path: string): string[] =>
    readdirSync(join(root, path), { recursive: true, encoding: "utf8" }).map((name) => `${path}/${name}`);
  const paths = roots.split(" ").flatMap((path) => (path.endsWith(".md") ? [path] : below(path)));
  const chosen = paths.filter((path) => /\.(cjs|md|proto|sh|ts|yaml)$/.test(path) && !leftOut.test(path));
  return new Map(chosen.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

function main(): number {
  const texts = handWrittenTexts(projectRoot);
  const problems = words.flatMap((word) => wordProblem(word, texts) ?? []);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
