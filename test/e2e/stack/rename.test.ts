import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault } from "../../../sandbox/kit/client/sandbox-client.js";
import { clusterInput, firewallInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import {
  expectFailed,
  expectOk,
  expectUnchanged,
  namedAtDigitalOcean,
  onlyCluster,
  stackBed,
} from "../../support/stack-bed.js";

const kind = "db";

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

test("a rename that was never recorded, and its revert, keep the cluster and its list", async () => {
  const at = stackBed(bed, kind, "unrecorded", clusterInput("unrecorded"));
  expectOk(await at.planton("up", "--yes"));
  const before = await onlyCluster(bed, "unrecorded");
  const settings = join(at.cwd, `Pulumi.${at.stack}.yaml`);
  const committed = readFileSync(settings);
  at.write(clusterInput("second"));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  // As in a checkout of CI, whose files are not written back.
  writeFileSync(settings, committed);
  at.write(clusterInput("third"));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  expect(await onlyCluster(bed, "unrecorded")).toEqual(before);
  writeFileSync(settings, committed);
  at.write(clusterInput("unrecorded", { trustedSources: [{ type: "ip_addr", value: "203.0.113.7" }] }));
  await addFault(bed.home, { method: "PUT", path: "/v2/databases/*/firewall", status: 422 });
  expectFailed(await at.planton("up", "--yes"));
  at.write(clusterInput("unrecorded"));
  expectOk(await at.planton("up", "--yes"));
  expect(await onlyCluster(bed, "unrecorded")).toEqual(before);
  await expectUnchanged(at);
});

test("a refresh under another name, and its revert, open no list of a DigitalOceanDatabaseFirewall", async () => {
  const cluster = stackBed(bed, kind, "guarded", clusterInput("guarded", { externalFirewall: true }));
  expectOk(await cluster.planton("up", "--yes"));
  const { id } = await onlyCluster(bed, "guarded");
  const spec = { cluster: id, rules: [{ type: "ip_addr", value: "203.0.113.7" }], openOnDelete: true };
  const at = stackBed(bed, "dbfw", "guard", firewallInput("guard", spec));
  expectOk(await at.planton("up", "--yes"));
  at.write(firewallInput("other", spec));
  expectOk(await at.planton("refresh", "--yes", "--stack", at.stack));
  at.write(firewallInput("guard", spec));
  expectOk(await at.planton("up", "--yes"));
  expect((await onlyCluster(bed, "guarded")).sources).toEqual(["203.0.113.7"]);
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
  const at = stackBed(bed, "vpc", "network", vpcInput({ name: "network" }));
  expectOk(await at.planton("up", "--yes"));
  const [before] = await namedAtDigitalOcean(bed, "vpcs", "network");
  at.write(vpcInput({ name: "backbone" }));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  expect(await namedAtDigitalOcean(bed, "vpcs", "network")).toEqual([before]);
  await expectUnchanged(at);
});
