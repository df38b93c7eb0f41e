import { expect, test } from "vitest";
import { withUnreadableInputs } from "./restore-unreadable-inputs.js";

const urn = "urn:pulumi:dev::shop::vendor:index/db:Db::orders";
const type = "vendor:index/db:Db";
const unreadable = { [type]: ["restoredFrom"] };
const restoredFrom = { name: "old" };

const deploymentOf = (resource: object): string =>
  JSON.stringify({ version: 3, deployment: { manifest: {}, resources: [{ urn, type, ...resource }] } });
const imported = { inputs: { name: "orders" }, outputs: { name: "orders", host: "h" } };

test("an input that no import knows is taken from the creation, into inputs and outputs", () => {
  const begun = { urn, type, inputs: { name: "wished", size: "s", restoredFrom } };
  expect(JSON.parse(withUnreadableInputs(deploymentOf(imported), [begun], unreadable))).toEqual(
    JSON.parse(
      deploymentOf({ inputs: { name: "orders", restoredFrom }, outputs: { name: "orders", host: "h", restoredFrom } }),
    ),
  );
});

const other = { restoredFrom: { name: "other" } };
test.each([
  { what: "of another resource", begun: { urn: `${urn}-2`, inputs: { restoredFrom } }, resource: imported },
  { what: "without that input", begun: { urn, inputs: { name: "orders" } }, resource: imported },
  { what: "for what knows it", begun: { urn, inputs: { restoredFrom } }, resource: { inputs: other, outputs: other } },
  {
    what: "for what is to be deleted",
    begun: { urn, inputs: { restoredFrom } },
    resource: { ...imported, delete: true },
  },
])("a creation $what changes nothing", ({ begun, resource }) => {
  const deployment = deploymentOf(resource);
  expect(withUnreadableInputs(deployment, [{ type, ...begun }], unreadable)).toBe(deployment);
});

test("nor does a vendor that names no such inputs", () => {
  const deployment = deploymentOf(imported);
  expect(withUnreadableInputs(deployment, [{ urn, type, inputs: { restoredFrom } }])).toBe(deployment);
});
