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
    expect(vendorTags({ tags, labels: { ...labels }, owner: "shop-dev", warn: () => undefined })).toEqual(expected);
  });

  it("cuts a tag at 255 characters", () => {
    const [tag] = vendorTags({ tags: [], labels: { a: "x".repeat(300) }, owner: "o", warn: () => undefined });
    expect(tag).toHaveLength(255);
  });
});

describe("a warning", () => {
  it.each([
    ["of tags that differ in case", { tags: ["Web", "web", "web"], labels: {} }, ['"web"', '"Web"']],
    [
      "of a label that is a tag in other letters",
      { tags: ["Team:A"], labels: { team: "a" } },
      ['"team:a"', '"Team:A"'],
    ],
    ["of a label with other characters", { tags: [], labels: { "a.b/c": "d e" } }, ['"a.b/c:d e"', '"a-b-c:d-e"']],
    ["of a label that is too long", { tags: [], labels: { a: "x".repeat(300) } }, ['"a:x']],
    ["of none for equal ones", { tags: ["web", "web"], labels: { a: "b" } }, undefined],
    ["of none for labels of tools", { tags: [], labels: { "pulumi.planton.dev/stack.name": "x" } }, undefined],
  ])("is given %s", (_, { tags, labels }, says) => {
    const warnings: string[] = [];
    vendorTags({ tags, labels: { ...labels }, owner: "o", warn: (text) => void warnings.push(text) });
    expect(warnings.length > 0).toBe(says !== undefined);
    for (const text of says ?? []) expect(warnings[0]).toContain(text);
  });
});

describe("ownerTag", () => {
  it("marks the stack", () => {
    expect(ownerTag("shop-dev-1a2b3c4d")).toBe("planton:shop-dev-1a2b3c4d");
  });
});
