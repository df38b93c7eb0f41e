import { describe, expect, it } from "vitest";
import { type PropertyMap, unknownValue } from "../schema/property-value.js";
import { decodeProperties, encodeProperties } from "./wire-value.js";

const key = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [key]: "1b47061264138c4ac30d75fd1eb44270", value });
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("decodeProperties", () => {
  it.each([
    { plain: { a: 1, b: [true, "x", null], c: null }, values: { a: 1, b: [true, "x", null] }, secrets: [] },
    { plain: { a: secret("x") }, values: { a: "x" }, secrets: ["a"] },
    { plain: { a: [{ b: secret(secret("x")) }], c: 1 }, values: { a: [{ b: "x" }], c: 1 }, secrets: ["a"] },
    {
      plain: { a: unknown, b: { c: secret(unknown) } },
      values: { a: unknownValue, b: { c: unknownValue } },
      secrets: ["b"],
    },
    { plain: { a: "3eeb2bf0-c639-47a8-9e75-3b44932eb421" }, values: { a: unknownValue }, secrets: [] },
    {
      plain: {
        a: { [key]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: true },
        b: { [key]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: 1 },
      },
      values: { a: unknownValue, b: 1 },
      secrets: ["a"],
    },
    { plain: { a: { [key]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id: "i" } }, values: { a: "i" }, secrets: [] },
    {
      plain: { a: { [key]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id: "" } },
      values: { a: unknownValue },
      secrets: [],
    },
  ])("reads $plain", ({ plain, values, secrets }) => {
    expect(decodeProperties(plain)).toEqual({ values, secrets: new Set(secrets) });
  });

  it("refuses assets", () => {
    expect(() => decodeProperties({ a: { [key]: "c44067f5952c0a294b673a41bacd8c17", text: "x" } })).toThrow("assets");
  });
});

describe("encodeProperties", () => {
  it("wraps secrets whole, writes unknowns", () => {
    const values: PropertyMap = { a: { b: [unknownValue] }, c: "x", d: { e: null } };
    expect(encodeProperties({ values, secrets: new Set(["a", "gone"]) })).toEqual({
      a: secret({ b: [unknown] }),
      c: "x",
      d: { e: null },
    });
  });

  it("is undone by decodeProperties", () => {
    const values: PropertyMap = { a: [1, { b: unknownValue }], c: false };
    const properties = { values, secrets: new Set(["c"]) };
    expect(decodeProperties(encodeProperties(properties))).toEqual(properties);
  });
});
