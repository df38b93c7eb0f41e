import { expect, test } from "vitest";
import { withoutDeleted, withoutPendingReplacement } from "./pending-replacement.js";

const stack = { urn: "stack" };
const cluster = { urn: "cluster", parent: "stack", pendingReplacement: true };
const deployment = (resources: readonly object[]): string => JSON.stringify({ version: 3, deployment: { resources } });
const urnsOf = (text: string): string[] =>
  JSON.parse(text).deployment.resources.map(({ urn }: { readonly urn: string }) => urn);

test.each([
  ["deletedWith", { deletedWith: "cluster" }],
  ["a dependency", { dependencies: ["cluster"] }],
  ["a property's dependency", { propertyDependencies: { clusterId: ["cluster"] } }],
  ["its parent", { parent: "cluster" }],
])("takes out what was deleted, and what names it as %s", (_, naming) => {
  const resources = [stack, cluster, { urn: "firewall", ...naming }, { urn: "other", dependencies: ["firewall"] }];
  expect(urnsOf(withoutDeleted(deployment(resources), new Set(["cluster"])))).toEqual(["stack"]);
});

test("keeps what does not name it", () => {
  const resources = [stack, cluster, { urn: "other", parent: "stack", dependencies: ["stack"] }];
  expect(urnsOf(withoutDeleted(deployment(resources), new Set(["cluster"])))).toEqual(["stack", "other"]);
});

test("takes the mark from those that are there, and from no others", () => {
  const second = { ...cluster, urn: "second" };
  const text = withoutPendingReplacement(deployment([cluster, second]), new Set(["cluster"]));
  expect(JSON.parse(text).deployment.resources).toEqual([{ urn: "cluster", parent: "stack" }, second]);
});
