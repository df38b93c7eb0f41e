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
  expect(vendorLabels({ metadata, spec })).toEqual(expected);
});
