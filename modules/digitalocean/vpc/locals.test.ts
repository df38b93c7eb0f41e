import { expect, test } from "vitest";
import { mustGoFirst } from "./locals.js";

test.each([
  ["of the same name", { name: "net", ipRange: "10.10.0.0/20" }, "net", "10.20.0.0/20", true],
  ["of another name and range", { name: "net", ipRange: "10.10.0.0/20" }, "net2", "10.20.0.0/20", false],
  ["of another name, in the same range", { name: "net", ipRange: "10.10.0.0/20" }, "net2", "10.10.0.0/20", true],
  ["in a larger range around it", { name: "net", ipRange: "10.10.0.0/20" }, "net2", "10.10.0.0/16", true],
  ["in a part of its range", { name: "net", ipRange: "10.10.0.0/16" }, "net2", "10.10.240.0/20", true],
  ["right behind its range", { name: "net", ipRange: "10.10.0.0/20" }, "net2", "10.10.16.0/20", false],
  ["whose range DigitalOcean picks", { name: "net", ipRange: "10.10.0.0/20" }, "net2", undefined, false],
])("a VPC %s goes first: %j, %s, %s", (_what, old, name, ipRange, expected) => {
  expect(mustGoFirst(old, { name, ipRange })).toBe(expected);
});
