import { describe, expect, test } from "vitest";
import { locationOf, onOneLine, parentOf, type SourceMap } from "./source-map.js";

const places: SourceMap = {
  keyStyle: "camel",
  byFieldPath: new Map([
    ["", { position: { line: 1, column: 1 }, path: "" }],
    ["target", { position: { line: 1, column: 1 }, path: "" }],
    ["target.spec", { position: { line: 4, column: 1 }, path: "spec" }],
    ['target.metadata.labels["a.b[0]"]', { position: { line: 3, column: 9 }, path: 'metadata.labels["a.b[0]"]' }],
  ]),
};

test.each<[fieldPath: string, line: number, path: string]>([
  ["target.spec", 4, "spec"],
  ["target.spec.node_count", 4, "spec.nodeCount"],
  ["target.spec.parts[1].node_count", 4, "spec.parts[1].nodeCount"],
  ["target.metadata", 1, "metadata"],
  ['target.metadata.labels["a.b[0]"]', 3, 'metadata.labels["a.b[0]"]'],
  ["provider_config", 1, "providerConfig"],
])("finds %s at its own place or that of what is around it", (fieldPath, line, path) => {
  expect(locationOf(places, fieldPath)).toMatchObject({ position: { line }, path });
});

test.each([
  ["a.b[0]", "a.b"],
  ["a.b", "a"],
  ["a", ""],
  ['a.b["c.d[1]"]', "a.b"],
  ['a.b["c\\"].d"]', "a.b"],
  ["a[true]", "a"],
])("takes the last part off %s", (path, parent) => {
  expect(parentOf(path)).toBe(parent);
});

describe("onOneLine", () => {
  test.each([
    ["a.b", "a.b", true],
    ["a", "a.b", true],
    ["a.b[0]", "a.b", true],
    ["a.b", "a.bc", false],
    ["a.b", "a.c", false],
  ])("%s and %s", (a, b, expected) => {
    expect(onOneLine(a, b)).toBe(expected);
  });
});
