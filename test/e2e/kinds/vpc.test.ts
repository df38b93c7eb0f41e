import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

async function vpcs(name: string): Promise<Record<string, unknown>[]> {
  const all = ((await bed.get("/v2/vpcs"))["vpcs"] ?? []) as Record<string, unknown>[];
  return all.filter((vpc) => vpc["name"] === name);
}

test("a VPC lives from up to destroy", async () => {
  const cwd = join(bed.folder, "net");
  const apply = (description: string, ipRange: string) => {
    bed.write("net/stack-input.yaml", vpcInput({ name: "net", description, ipRange }));
    return bed.planton(["pulumi", "up", "--yes"], { cwd });
  };
  const up = await apply("first", "10.20.0.0/16");
  expect(up.code, up.all).toBe(0);
  const [vpc] = await vpcs("net");
  expect(vpc).toMatchObject({ region: "nyc3", description: "first", ip_range: "10.20.0.0/16" });
  const outputs = await bed.pulumi(["stack", "output", "--json"], { cwd });
  expect(JSON.parse(outputs.stdout)).toEqual({ vpc_id: vpc?.["id"], urn: vpc?.["urn"], ip_range: "10.20.0.0/16" });
  const same = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(same.code, same.all).toBe(0);

  const updated = await apply("second", "10.20.0.0/16");
  expect(updated.code, updated.all).toBe(0);
  expect(await vpcs("net")).toMatchObject([{ id: vpc?.["id"], description: "second" }]);

  const replaced = await apply("second", "10.21.0.0/16");
  expect(replaced.code, replaced.all).toBe(0);
  const [other, ...more] = await vpcs("net");
  expect(more).toEqual([]);
  expect(other).toMatchObject({ ip_range: "10.21.0.0/16" });
  expect(other?.["id"]).not.toBe(vpc?.["id"]);

  const destroyed = await bed.planton(["pulumi", "destroy", "--yes"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await vpcs("net")).toEqual([]);
});

test("a VPC that still has a cluster is not destroyed before it; the refusal names it", async () => {
  const cwd = join(bed.folder, "used");
  bed.write("used/vpc.yaml", vpcInput({ name: "used" }));
  bed.write("used/db.yaml", clusterInput("inside", { vpc: { valueFrom: { name: "used" } } }));
  for (const file of ["vpc.yaml", "db.yaml"]) {
    const up = await bed.planton(["pulumi", "up", "--yes", "-i", file], { cwd });
    expect(up.code, up.all).toBe(0);
  }
  const refused = await bed.planton(["pulumi", "destroy", "--yes", "-i", "vpc.yaml"], { cwd });
  expect([refused.code, refused.all]).toEqual([4, expect.stringMatching(/"inside" \(do:dbaas:.*\[E_IN_USE\]/)]);
  expect(await vpcs("used")).toHaveLength(1);
  const gone = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss", "-i", "db.yaml"], { cwd });
  expect(gone.code, gone.all).toBe(0);
  const end = await bed.planton(["pulumi", "destroy", "--yes", "-i", "vpc.yaml"], { cwd });
  expect(end.code, end.all).toBe(0);
  expect(await vpcs("used")).toEqual([]);
});
