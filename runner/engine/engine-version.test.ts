import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isNewEnough, minimumGoVersion, parseEngineVersion, pinnedEngineVersion } from "./engine-version.js";

describe("engine/go.mod", () => {
  const lines = readFileSync(new URL("../../engine/go.mod", import.meta.url), "utf8")
    .split("\n")
    .map((line) => line.replace("// indirect", "").trim());
  test.each([
    `github.com/pulumi/pulumi/pkg/v3 v${pinnedEngineVersion}`,
    `github.com/pulumi/pulumi/sdk/v3 v${pinnedEngineVersion}`,
    "tool github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    `go ${minimumGoVersion}`,
  ])("says %j", (line) => {
    expect(lines).toContain(line);
  });
});

test.each([
  ["v3.259.0\n", "3.259.0"],
  ["3.259.0", "3.259.0"],
  ["v3.260.0-dev.0+abc", "3.260.0-dev.0"],
  ["", undefined],
  ["v3", undefined],
  ["warning: x\nv3.259.0", undefined],
])("the version in %j is %s", (output, version) => {
  expect(parseEngineVersion(output)).toBe(version);
});

test.each([
  ["3.255.9", false],
  ["3.256.0", true],
  ["3.259.0", true],
  ["4.0.0", true],
])("%s is new enough: %s", (version, enough) => {
  expect(isNewEnough(version)).toBe(enough);
});
