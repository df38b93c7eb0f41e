import { describe, expect, it } from "vitest";
import { ownerTag, vendorTags } from "./tags.js";

describe("vendorTags", () => {
  it.each([
    ["writes labels as key:value", { tags: [], labels: { team: "payments" } }, ["planton:shop-dev", "team:payments"]],
    ["writes a label without value as its key", { tags: [], labels: { pci: "" } }, ["pci", "planton:shop-dev"]],
    [
      "replaces what DigitalOcean does not take",
      { tags: [], labels: { "example.com/team": "a b=ü" } },
      ["example-com-team:a-b--", "planton:shop-dev"],
    ],
    [
      "keeps one of tags that differ in case, the spec's own before labels",
      { tags: ["Team:Payments"], labels: { team: "payments" } },
      ["planton:shop-dev", "Team:Payments"],
    ],
    ["gives the same order whatever the manifest's", { tags: ["b", "a"], labels: {} }, ["a", "b", "planton:shop-dev"]],
  ])("%s", (_, { tags, labels }, expected) => {
    expect(vendorTags({ tags, labels: Object.fromEntries(Object.entries(labels)), owner: "shop-dev" })).toEqual(
      expected,
    );
  });

  it("cuts a tag at 255 characters", () => {
    const [tag] = vendorTags({ tags: [], labels: { a: "x".repeat(300) }, owner: "o" });
    expect(tag).toHaveLength(255);
  });
});

describe("ownerTag", () => {
  it("marks the stack", () => {
    expect(ownerTag("shop-dev-1a2b3c4d")).toBe("planton:shop-dev-1a2b3c4d");
  });
});
