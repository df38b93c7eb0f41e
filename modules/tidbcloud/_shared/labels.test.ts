import { expect, test } from "vitest";
import { vendorLabels } from "./labels.js";

const long = "x".repeat(80);

test.each([
  { what: "none", metadata: {}, spec: {}, expected: {} },
  {
    what: "both, the spec wins",
    metadata: { team: "a", app: "b" },
    spec: { team: "c" },
    expected: { app: "b", team: "c" },
  },
  {
    what: "reserved keys of metadata",
    metadata: { "tidb.cloud/project": "1", "planton-owner": "me", a: "b" },
    spec: {},
    expected: { a: "b" },
  },
  { what: "long ones", metadata: { [long]: long }, spec: {}, expected: { [long.slice(0, 63)]: long.slice(0, 63) } },
])("labels: $what", ({ metadata, spec, expected }) => {
  expect(vendorLabels({ metadata: { ...metadata }, spec: { ...spec }, warn: () => undefined })).toEqual(expected);
});

test.each([
  [{ "tidb.cloud/project": "1" }, ['"tidb.cloud/project"']],
  [{ [long]: "a" }, [`"${long}"`]],
  [{ [`${long}a`]: "a", [`${long}b`]: "b" }, [`"${long}a"`, `"${long}b"`]],
  [{ team: "a" }, []],
])("labels that are left out or changed are warned about: %j", (metadata, says) => {
  const warnings: string[] = [];
  vendorLabels({ metadata, spec: {}, warn: (text) => void warnings.push(text) });
  expect(warnings).toHaveLength(says.length);
  for (const [index, text] of says.entries()) expect(warnings[index]).toContain(text);
});
