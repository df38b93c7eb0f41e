import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

const outputNames = [
  "cluster_id",
  "connection_uri",
  "private_uri",
  "host",
  "private_host",
  "port",
  "database_name",
  "username",
  "password",
];

let bed: PlantonBed;
let cwd: string;
beforeAll(async () => {
  bed = await openBed();
  cwd = join(bed.folder, "app");
  bed.write("app/vpc.yaml", vpcInput({ name: "production-vpc" }));
});
afterAll(() => bed.close());

async function clusters(): Promise<Record<string, unknown>[]> {
  return ((await bed.get("/v2/databases"))["databases"] ?? []) as Record<string, unknown>[];
}

function run(operation: "up" | "preview" | "destroy", file: string, ...more: string[]) {
  const yes = operation === "preview" ? [] : ["--yes"];
  return bed.planton(["pulumi", operation, "--stack-input", file, ...yes, ...more], { cwd });
}

test("a reference to a stack that is not there is refused before a stack is made", async () => {
  bed.write("app/db.yaml", clusterInput("prod-postgres", { vpc: { valueFrom: { name: "production-vpc" } } }));
  for (const operation of ["preview", "up"] as const) {
    const refused = await run(operation, "db.yaml");
    expect(refused.code, refused.all).toBe(64);
    expect(refused.stderr).toMatch(/^error: db\.yaml:1:\d+: target\.spec\.vpc: /);
    expect(refused.stderr).toContain("DigitalOceanVpc/production-vpc");
  }
  expect(existsSync(join(cwd, "Pulumi.yaml"))).toBe(false);
});

test("a cluster in the VPC of another stack lives from up to destroy, in both forms of the reference", async () => {
  const ref = { kind: "DigitalOceanVpc", name: "production-vpc", field_path: "status.outputs.vpc_id" };
  const text = (vpc: object, nodeCount: number) =>
    clusterInput("prod-postgres", { sizeSlug: "db-s-4vcpu-8gb", storageGib: 200, vpc, nodeCount });
  bed.write("app/db.yaml", text({ ref }, 3));

  const network = await run("up", "vpc.yaml");
  expect(network.code, network.all).toBe(0);
  const vpcId = (await bed.pulumi(["stack", "output", "vpc_id"], { cwd })).stdout.trim();
  const up = await run("up", "db.yaml");
  expect(up.code, up.all).toBe(0);
  const [cluster] = await clusters();
  expect(cluster).toMatchObject({ name: "prod-postgres", num_nodes: 3, private_network_uuid: vpcId });
  const outputs = JSON.parse((await bed.pulumi(["stack", "output", "--json"], { cwd })).stdout) as object;
  for (const name of outputNames) expect(outputs, name).toHaveProperty(name);
  const same = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(same.code, same.all).toBe(0);

  bed.write("app/db.yaml", text({ valueFrom: { name: "production-vpc" } }, 3));
  const other = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(other.code, other.all).toBe(0);

  bed.write("app/db.yaml", text({ valueFrom: { ...ref, stack: "vpc.production-vpc" } }, 2));
  const resized = await run("up", "db.yaml");
  expect(resized.code, resized.all).toBe(0);
  expect(await clusters()).toMatchObject([{ id: cluster?.["id"], num_nodes: 2 }]);

  for (const file of ["db.yaml", "vpc.yaml"]) {
    const destroyed = await run("destroy", file, "--allow-data-loss");
    expect(destroyed.code, destroyed.all).toBe(0);
  }
  expect(await clusters()).toEqual([]);
  const vpcs = (await bed.get("/v2/vpcs"))["vpcs"] as Record<string, unknown>[];
  expect(vpcs.map(({ name }) => name)).not.toContain("production-vpc");
});

test.each([
  {
    what: "an output that the kind does not have",
    valueFrom: { kind: "DigitalOceanVpc", name: "production-vpc", fieldPath: "status.outputs.vpc_uid" },
    code: 64,
    says: 'did you mean "vpc_id"?',
  },
  {
    what: "a kind that does not exist",
    valueFrom: { kind: "DigitalOceanVpcc", name: "production-vpc" },
    code: 64,
    says: 'did you mean "DigitalOceanVpc"?',
  },
  {
    what: "another kind than the stack's",
    valueFrom: { kind: "DigitalOceanDatabaseFirewall", name: "production-vpc", fieldPath: "cluster_id" },
    code: 64,
    says: "no stack is about DigitalOceanDatabaseFirewall/production-vpc",
  },
  {
    what: "another environment",
    valueFrom: { name: "production-vpc", env: "staging" },
    code: 64,
    says: "no stack is about DigitalOceanVpc/staging/production-vpc",
  },
  {
    what: "a stack by a name that is not there",
    valueFrom: { kind: "DigitalOceanVpc", name: "production-vpc", stack: "nowhere" },
    code: 1,
    says: "apply its stack input first",
  },
  {
    what: "an output that is not made yet",
    valueFrom: { name: "production-vpc" },
    code: 1,
    says: 'apply the stack input of DigitalOceanVpc "production-vpc" first',
  },
])("a reference to $what is refused, and nothing is made", async ({ valueFrom, code, says }) => {
  bed.write("app/broken.yaml", clusterInput("broken", { vpc: { valueFrom } }));
  const refused = await run("up", "broken.yaml");
  expect(refused.code, refused.all).toBe(code);
  expect(refused.all).toContain(says);
  expect(refused.all).not.toContain("may still be created");
  expect((await clusters()).map(({ name }) => name)).not.toContain("broken");
});

test("destroy says how to go on when what a reference names is gone", async () => {
  bed.write("app/last.yaml", clusterInput("last", { vpc: { valueFrom: { name: "last-vpc" } } }));
  bed.write("app/last-vpc.yaml", vpcInput({ name: "last-vpc" }));
  expect((await run("up", "last-vpc.yaml")).code).toBe(0);
  expect((await run("up", "last.yaml")).code).toBe(0);
  const removed = await bed.pulumi(["stack", "rm", "--yes", "--force", "--stack", "sandbox.vpc.last-vpc"], { cwd });
  expect(removed.code, removed.all).toBe(0);
  const stuck = await run("destroy", "last.yaml", "--allow-data-loss");
  expect(stuck.code).not.toBe(0);
  expect(stuck.stderr).toContain("-- --run-program=false");
  const gone = await run("destroy", "last.yaml", "--allow-data-loss", "--", "--run-program=false");
  expect(gone.code, gone.all).toBe(0);
  expect(await clusters()).toEqual([]);
});
