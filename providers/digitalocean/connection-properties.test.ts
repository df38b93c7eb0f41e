import { describe, expect, it } from "vitest";
import { goTime, wholeSecondTime } from "../kit/bridged/go-time.js";
import { withUserInfo } from "./connection-properties.js";

describe("withUserInfo", () => {
  it.each([
    ["postgresql://h:1/d?sslmode=require", "u", "p", "postgresql://u:p@h:1/d?sslmode=require"],
    ["postgresql://old:pw@h:1/d", "u", "a/b@c:d?e", "postgresql://u:a%2Fb%40c%3Ad%3Fe@h:1/d"],
    ["mongodb+srv://doadmin@h.example/admin?x=a@b", "doadmin", "", "mongodb+srv://doadmin:@h.example/admin?x=a@b"],
    ["rediss://h:1", "default", "a$b&c+d,e;f=g!h*i", "rediss://default:a$b&c+d,e;f=g%21h%2Ai@h:1"],
  ])("puts user and password into %s", (uri, user, password, expected) => {
    expect(withUserInfo(uri, user, password)).toBe(expected);
  });

  it("does not repeat what it cannot read", () => {
    expect(() => withUserInfo("secret-marker", "u", "p")).toThrow(/^((?!secret-marker).)*$/);
  });
});

describe("goTime", () => {
  it.each([
    ["2020-03-13T19:20:47Z", "2020-03-13 19:20:47 +0000 UTC"],
    ["2020-03-13T19:20:47.442049222Z", "2020-03-13 19:20:47.442049222 +0000 UTC"],
    ["2020-03-13T19:20:47.500Z", "2020-03-13 19:20:47.5 +0000 UTC"],
    ["2020-03-13T21:20:47+02:00", "2020-03-13 19:20:47 +0000 UTC"],
    ["yesterday", "yesterday"],
  ])("prints %s", (time, expected) => {
    expect(goTime(time)).toBe(expected);
  });

  it("drops fractions", () => {
    expect(wholeSecondTime("2020-03-13T19:20:47.123Z")).toBe("2020-03-13T19:20:47Z");
  });
});
