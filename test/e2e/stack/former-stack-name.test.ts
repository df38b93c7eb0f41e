import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectFailed, expectOk, namedAtDigitalOcean, onlyCluster, stackBed } from "../../support/stack-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
  bed.write("planton.yaml", "name: former\n");
});
afterAll(() => bed.close());

/** The folder's stacks, by their settings files. */
const stacksIn = (cwd: string): readonly string[] => readdirSync(cwd).filter((name) => name.startsWith("Pulumi."));

/** Removes the identity that the backend keeps of a stack. */
function removeTags(stack: string): void {
  const found = readdirSync(bed.base, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(`${stack}.pulumi-tags`),
  );
  expect(found).toHaveLength(1);
  for (const path of found) rmSync(join(bed.base, path));
}

test("a VPC made under the former name goes on in every command, and others refer to it", async () => {
  const at = stackBed(bed, "digital-ocean-vpc", "network", vpcInput({ name: "network" }));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  const [vpc] = await namedAtDigitalOcean(bed, "vpcs", "network");
  expectOk(await at.planton("up", "--yes", "--", "--expect-no-changes"));
  expectOk(await at.planton("preview", "--", "--expect-no-changes"));
  expectOk(await at.planton("refresh", "--yes"));
  expectOk(await at.planton("recover"));
  expect((await at.planton("output", "vpc_id")).stdout.trim()).toBe(vpc?.["id"]);
  expectOk(await bed.pulumi(["preview", "--expect-no-changes"], { cwd: at.cwd }));
  const db = stackBed(bed, "db", "orders", clusterInput("orders", { vpc: { valueFrom: { name: "network" } } }));
  expectOk(await db.planton("up", "--yes"));
  expect(await onlyCluster(bed, "orders")).toBeDefined();
  const [cluster] = await namedAtDigitalOcean(bed, "databases", "orders");
  expect(cluster?.["private_network_uuid"]).toBe(vpc?.["id"]);
  expect(stacksIn(db.cwd)).toContain("Pulumi.sandbox.db.orders.yaml");
  expectOk(await db.planton("destroy", "--yes", "--allow-data-loss"));
  expectOk(await at.planton("destroy", "--yes"));
  expect(stacksIn(at.cwd)).toEqual([`Pulumi.${at.stack}.yaml`, "Pulumi.yaml"]);
  expect(await namedAtDigitalOcean(bed, "vpcs", "network")).toEqual([]);
});

test("a stack that plain pulumi made under the former name is the stack input's", async () => {
  const at = stackBed(bed, "digital-ocean-vpc", "by-hand", vpcInput({ name: "by-hand" }));
  bed.write("by-hand/Pulumi.yaml", "name: former\nruntime: planton\n");
  expectOk(await at.pulumi("stack", "init"));
  expectOk(await at.planton("up", "--yes"));
  expect((await at.pulumi("stack", "output", "vpc_id")).stdout.trim()).not.toBe("");
  expect(stacksIn(at.cwd)).toEqual([`Pulumi.${at.stack}.yaml`, "Pulumi.yaml"]);
});

test("without settings file and tags a stack of the former name is refused, taken on request, and renamed by pulumi", async () => {
  const at = stackBed(bed, "digital-ocean-vpc", "lost", vpcInput({ name: "lost" }));
  expectOk(await at.planton("up", "--yes", "--stack", at.stack));
  rmSync(join(at.cwd, `Pulumi.${at.stack}.yaml`));
  removeTags(at.stack);
  expectFailed(await at.planton("up", "--yes"), "E_IDENTITY_STACK_EXISTS", `"${at.stack}"`);
  expect(existsSync(join(at.cwd, "Pulumi.sandbox.vpc.lost.yaml"))).toBe(false);
  expectOk(await at.planton("up", "--yes", "--adopt-stack", "--", "--expect-no-changes"));
  expectOk(await at.pulumi("stack", "rename", "sandbox.vpc.lost"));
  expectOk(await at.planton("up", "--yes", "--", "--expect-no-changes"));
  expect(stacksIn(at.cwd)).toEqual(["Pulumi.sandbox.vpc.lost.yaml", "Pulumi.yaml"]);
  expect(await namedAtDigitalOcean(bed, "vpcs", "lost")).toHaveLength(1);
});
