import { describe, expect, it } from "vitest";
import { diffProperties } from "./diff-properties.js";
import type { PropertyDeclarations } from "./property-declaration.js";
import { boolean, integer, list, object, set, string } from "./property-types.js";
import { type PropertyMap, unknownValue } from "./property-value.js";

const declarations: PropertyDeclarations = {
  chosen: { type: string, computed: true },
  count: { type: integer },
  items: { type: list(object({ day: { type: string }, made: { type: string, computed: true } })) },
  on: { type: object({ enabled: { type: boolean } }) },
  tags: { type: set(string, (tag) => String(tag).toLowerCase()) },
  title: { type: string, replace: true },
};

describe("diffProperties", () => {
  it.each<{ state: PropertyMap; inputs: PropertyMap; found: string[] }>([
    { state: {}, inputs: {}, found: [] },
    { state: { chosen: "x" }, inputs: {}, found: [] },
    { state: { chosen: "x" }, inputs: { chosen: "y" }, found: ["update chosen"] },
    { state: { count: 1 }, inputs: {}, found: ["delete count"] },
    { state: {}, inputs: { count: 0 }, found: ["add count"] },
    { state: { title: "" }, inputs: {}, found: [] },
    { state: {}, inputs: { title: "", tags: [] }, found: [] },
    { state: { title: "a" }, inputs: { title: "b" }, found: ["update title replace"] },
    { state: { title: "a" }, inputs: { title: unknownValue }, found: ["update title replace"] },
    { state: { tags: ["A", "b"] }, inputs: { tags: ["B", "a"] }, found: [] },
    { state: { tags: ["a", "b"] }, inputs: { tags: ["b"] }, found: ["delete tags[0]"] },
    { state: { tags: ["a"] }, inputs: { tags: ["a", "b", unknownValue] }, found: ["add tags[1]", "add tags[2]"] },
    { state: { items: [{ day: "a", made: "m" }] }, inputs: { items: [{ day: "a" }] }, found: [] },
    {
      state: { items: [{ day: "a" }, { day: "b" }] },
      inputs: { items: [{ day: "b" }] },
      found: ["update items[0].day", "delete items[1]"],
    },
    { state: { on: { enabled: true } }, inputs: { on: { enabled: unknownValue } }, found: ["update on.enabled"] },
  ])("finds $found", ({ state, inputs, found }) => {
    const differences = diffProperties(declarations, { state, inputs });
    expect(differences.map(({ kind, path, replace }) => `${kind} ${path}${replace ? " replace" : ""}`)).toEqual(found);
  });

  it.each([
    [["tags"], ["count", "title"]],
    [["tags[0]", "title"], ["count"]],
    [["tag", "*"], []],
    [["co"], ["count", "tags", "title"]],
  ])("leaves %j out", (ignored, left) => {
    const sides = { state: { count: 1, tags: ["a"], title: "a" }, inputs: { count: 2, tags: ["b"], title: "b" } };
    expect(diffProperties(declarations, sides, ignored).map(({ property }) => property)).toEqual(left);
  });
});
