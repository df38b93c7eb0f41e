import { describe, expect, it } from "vitest";
import { median, pairedRatio } from "./statistics.js";

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[10, 9, 8, 100, 1], 9],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is not a number", () => {
    expect(median([])).toBeNaN();
  });
});

describe("pairedRatio", () => {
  it("is the median of each round's ratio, not the ratio of the medians", () => {
    expect(pairedRatio([1, 40, 6], [1, 20, 2])).toBe(2);
  });

  it("refuses rounds that do not match", () => {
    expect(() => pairedRatio([1], [1, 2])).toThrow(/paired/);
  });
});
