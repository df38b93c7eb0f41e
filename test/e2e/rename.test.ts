import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed } from "../support/planton-bed.js";
import {
  expectFailed,
  expectOk,
  expectUnchanged,
  namedAtDigitalOcean,
  onlyCluster,
  stackBed,
} from "../support/stack-bed.js";
import { clusterInput, vpcInput } from "../support/stack-inputs.js";

const kind = "digital-ocean-database-cluster";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test("a cluster under another metadata.name: the same cluster, its name and its list stay", async () => {
  const at = stackBed(bed, kind, "orders", clusterInput("orders"));
  expectOk(await at.planton("up", "--yes"));
  const before = await onlyCluster(bed, "orders");
  at.write(clusterInput("sales"));
  expectFailed(await at.planton("up", "--yes"), "E_IDENTITY_CHANGED", `--stack ${at.stack}`);
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  expect(await onlyCluster(bed, "orders")).toEqual(before);
  // From now on it is the stack's own name: nothing more has to be said, and plain pulumi says the same.
  expectOk(await at.planton("up", "--yes", "--", "--expect-no-changes"));
  await expectUnchanged(at);
  at.write(clusterInput("invoices"));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  expect(await onlyCluster(bed, "orders")).toEqual(before);
  await expectUnchanged(at);
});

test.each([
  ["an earlier name", "was"],
  ["a whole URN", "urn:pulumi:sandbox.aliased::work::digitalocean:index/databaseCluster:DatabaseCluster::was"],
])("a cluster with %s among its aliases keeps its list", async (what, alias) => {
  const name = what === "a whole URN" ? "urn-alias" : "name-alias";
  const metadata = (text: string, more: object) => {
    const input = JSON.parse(text);
    Object.assign(input.target.metadata, more);
    return JSON.stringify(input);
  };
  const spec = { clusterName: name };
  const at = stackBed(bed, kind, name, metadata(clusterInput("was", spec), { protect: false }));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  const before = await onlyCluster(bed, name);
  const state = (await at.pulumi("stack", "export")).stdout;
  const urn = /urn:pulumi:[^"]*databaseCluster:DatabaseCluster::was/.exec(state)?.[0] ?? "";
  const aliases = [alias.startsWith("urn:") ? urn : alias];
  at.write(metadata(clusterInput("now", spec), { protect: false, aliases }));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  expect(await onlyCluster(bed, name)).toEqual(before);
  expect(before.sources).toHaveLength(1);
  await expectUnchanged(at);
});

test("a VPC under another metadata.name is the same one, with its name", async () => {
  const at = stackBed(bed, "digital-ocean-vpc", "network", vpcInput({ name: "network" }));
  expectOk(await at.planton("up", "--yes"));
  const [before] = await namedAtDigitalOcean(bed, "vpcs", "network");
  at.write(vpcInput({ name: "backbone" }));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  expect(await namedAtDigitalOcean(bed, "vpcs", "network")).toEqual([before]);
  await expectUnchanged(at);
});
