import { expect, test } from "vitest";
import { suggest } from "./suggest.js";

test.each<[word: string, candidates: readonly string[], meant: string | undefined]>([
  ["nod_count", ["node_count", "region"], "node_count"],
  ["NodeCount", ["node_count"], "node_count"],
  ["postgers", ["pg", "postgres"], "postgres"],
  ["field", ["field_path", "fieldPath", "name"], "field_path"],
  ["x", ["y"], "y"],
  ["x", ["node_count"], undefined],
  ["colour", ["region"], undefined],
  ["", ["a"], undefined],
  ["a".repeat(10_000), ["a"], undefined],
])("takes %j for what is nearest in %j", (word, candidates, meant) => {
  expect(suggest(word, candidates)).toBe(meant);
});
