import { describe, expect, it } from "vitest";
import { adoptedId, newStackId, ownerTag } from "./owner-tag.js";

const names = { project: "shop", stack: "prod.orders" };
const id = "0123456789abcdef";

describe("ownerMark", () => {
  it("differs for stacks of equal names, by their ids", () => {
    expect(ownerTag({ ...names, id })).toBe(`shop-prod-orders-${id}`);
    expect(newStackId()).toMatch(/^[0-9a-f]{16}$/);
    expect(newStackId()).not.toBe(newStackId());
  });

  it("keeps the mark of a stack without id", () => {
    expect(ownerTag({ ...names, id: undefined })).toBe("shop-prod-orders-db8f4214");
  });

  it.each([id, undefined])("has at most 100 characters and ends whole: %s", (given) => {
    const mark = ownerTag({ project: "p".repeat(90), stack: "s".repeat(90), id: given });
    expect(mark).toMatch(given === undefined ? /-[0-9a-f]{8}$/ : new RegExp(`-${id}$`));
    expect(mark.length).toBeLessThanOrEqual(100);
  });
});

describe("adoptedId", () => {
  it.each([
    ["the id of the marked resources", `{"tags":["planton:shop-prod-orders-${id}"]}`, id],
    ["none where they have the mark without id", '{"tags":["planton:shop-prod-orders-db8f4214"]}', undefined],
  ])("is %s", (_, state, expected) => {
    expect(adoptedId(state, names)).toBe(expected);
  });

  it("is a new one where nothing is marked", () => {
    expect(adoptedId('{"resources":[]}', names)).toMatch(/^[0-9a-f]{16}$/);
  });
});
