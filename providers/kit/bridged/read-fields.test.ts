import { expect, it } from "vitest";
import { boolean, integer, list, object, set, string } from "../schema/property-types.js";
import { readFields, readObject } from "./read-fields.js";

const rule = { id: { type: string }, topic: { type: string, required: true } } as const;
const declared = {
  name: { type: string },
  ipRange: { type: string },
  nodeCount: { type: integer },
  storage: { type: string },
  isDefault: { type: boolean },
  tags: { type: set(string, String) },
  rules: { type: list(object(rule)) },
  other: { type: string },
} as const;

it("reads declared properties by their names with underscores, or by the keys given", () => {
  const response = {
    ...{ name: "net", ip_range: "10.0.0.0/16", num_nodes: 3, storage: 30720, is_default: false, tags: null, more: 1 },
    rules: [{ id: "1", topic: "a" }, { id: "2" }],
  };
  expect(readFields(response, declared, { nodeCount: "num_nodes" })).toEqual({
    ...{ name: "net", ipRange: "10.0.0.0/16", nodeCount: 3, storage: "30720", isDefault: false, tags: [] },
    rules: [
      { id: "1", topic: "a" },
      { id: "2", topic: "" },
    ],
  });
});

it("takes what is empty for absent, and leaves out an object where a list is declared", () => {
  const fields = readFields({ name: "", nodeCount: 1, node_count: 0, rules: { topic: "a" } }, declared);
  expect(Object.keys(fields).sort()).toEqual(["name", "nodeCount"]);
  expect(fields).toEqual({});
});

it("gives required properties of an object Go's zero value", () => {
  expect(readObject({}, rule)).toEqual({ topic: "" });
});
