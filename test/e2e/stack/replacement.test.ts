import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import {
  expectFailed,
  expectOk,
  expectUnchanged,
  namedAtDigitalOcean,
  onlyCluster,
  type StackBed,
  stackBed,
} from "../../support/stack-bed.js";

const kind = "db";
const refused = { status: 422, message: "droplet limit reached" };

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test("a refused replacement leaves the old cluster and its list, and the next up goes on", async () => {
  const name = "replaced";
  const at = stackBed(bed, kind, name, clusterInput(name));
  expectOk(await at.planton("up", "--yes"));
  const old = await onlyCluster(bed, name);
  expect(old.sources).toHaveLength(1);
  at.write(clusterInput(name, { engine: "mysql", engineVersion: "8" }));
  await addFault(bed.home, { method: "POST", path: "/v2/databases", ...refused });
  expectFailed(await at.planton("up", "--yes", "--allow-data-loss"), refused.message);
  expect(await onlyCluster(bed, name)).toEqual(old);
  expectOk(await at.planton("up", "--yes", "--allow-data-loss"));
  const next = await onlyCluster(bed, name);
  expect(next.id).not.toBe(old.id);
  expect(next.sources).toHaveLength(1);
  await expectUnchanged(at);
});

test("a replacement by another engine does not take along what only the old one has", async () => {
  const name = "other-engine";
  const at = stackBed(bed, kind, name, clusterInput(name, { engine: "mysql", engineVersion: "8", sqlMode: "ANSI" }));
  expectOk(await at.planton("up", "--yes"));
  at.write(clusterInput(name));
  await addFault(bed.home, { method: "PUT", path: "/v2/databases/*/firewall", status: 422 });
  expectFailed(await at.planton("up", "--yes", "--allow-data-loss"));
  const halfDone = await at.planton("up", "--yes");
  expect(halfDone.code, halfDone.all).toBe(4);
  expectFailed(halfDone, "still has the data");
  expectOk(await at.planton("up", "--yes", "--allow-data-loss"));
  expect((await onlyCluster(bed, name)).sources).toHaveLength(1);
  await expectUnchanged(at);
});

/** A VPC that was deleted to be replaced, and whose successor was refused. */
async function withoutSuccessor(name: string, third: number): Promise<StackBed> {
  const at = stackBed(bed, "vpc", name, vpcInput({ name, ipRange: `10.77.${third}.0/24` }));
  expectOk(await at.planton("up", "--yes"));
  at.write(vpcInput({ name, ipRange: `10.78.${third}.0/24` }));
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", ...refused });
  expectFailed(await at.planton("up", "--yes"), refused.message);
  await clearFaults(bed.home);
  expect(await namedAtDigitalOcean(bed, "vpcs", name)).toEqual([]);
  return at;
}

test("what was deleted and has no successor: plain pulumi refuses, up makes it", async () => {
  const at = await withoutSuccessor("gone-up", 1);
  expectFailed(await at.pulumi("up", "--yes"), "E_PENDING_OPERATIONS", "planton pulumi recover");
  expectOk(await at.planton("up", "--yes"));
  expect(await namedAtDigitalOcean(bed, "vpcs", "gone-up")).toMatchObject([{ ip_range: "10.78.1.0/24" }]);
  await expectUnchanged(at);
});

test.each([
  "destroy",
  "recover",
] as const)("what was deleted and has no successor: %s goes on from there", async (word) => {
  const at = await withoutSuccessor(`gone-${word}`, word === "destroy" ? 2 : 3);
  expectOk(await at.planton(word, "--yes"));
  expect((await at.pulumi("stack", "export")).stdout).not.toContain("pendingReplacement");
});

test("a cluster that an earlier version deleted for a successor that was refused: up makes it, with its list", async () => {
  const name = "gone-cluster";
  const at = stackBed(bed, kind, name, clusterInput(name));
  expectOk(await at.planton("up", "--yes"));
  const { id } = await onlyCluster(bed, name);
  const state = JSON.parse((await at.pulumi("stack", "export")).stdout);
  for (const resource of state.deployment.resources) if (resource.id === id) resource.pendingReplacement = true;
  bed.write(`${name}/state.json`, JSON.stringify(state));
  expectOk(await at.pulumi("stack", "import", "--file", "state.json"));
  const headers = { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}` };
  await fetch(`${bed.apiUrl}/v2/databases/${id}`, { method: "DELETE", headers });
  expectOk(await at.planton("up", "--yes"));
  expect((await onlyCluster(bed, name)).sources).toHaveLength(1);
  await expectUnchanged(at);
});
