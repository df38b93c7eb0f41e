import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectFailed, expectOk, expectUnchanged, namedAtDigitalOcean, stackBed } from "../../support/stack-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

interface RefusedChange {
  readonly what: string;
  /** Below the cluster; the method is PUT unless said. */
  readonly call: string;
  readonly method?: string;
  readonly before: object;
  readonly change: object;
  readonly expected: object;
}

const valkey = { engine: "valkey", engineVersion: "8" };
const mysql = { engine: "mysql", engineVersion: "8" };

// Size, window and trusted sources are rows of the fault table.
test.each<RefusedChange>([
  {
    what: "version",
    call: "/v2/databases/*/upgrade",
    before: {},
    change: { engineVersion: "17" },
    expected: { version: "17" },
  },
  {
    what: "tags",
    call: "/v2/tags",
    method: "POST",
    before: {},
    change: { tags: ["team:data"] },
    expected: { tags: expect.arrayContaining(["team:data"]) },
  },
  {
    what: "policy",
    call: "/v2/databases/*/eviction_policy",
    before: valkey,
    change: { evictionPolicy: "allkeys_lru" },
    expected: {},
  },
  {
    what: "mode",
    call: "/v2/databases/*/sql_mode",
    before: mysql,
    change: { sqlMode: "ANSI" },
    expected: {},
  },
])("a refused change of $what is never reported as made", async (row) => {
  const name = `refused-${row.what}`;
  const at = stackBed(bed, "db", name, clusterInput(name, row.before));
  expectOk(await at.planton("up", "--yes"));
  at.write(clusterInput(name, { ...row.before, ...row.change }));
  const refusal = { method: row.method ?? "PUT", path: row.call, status: 422, message: "invalid request", count: 2 };
  await addFault(bed.home, refusal);
  expectFailed(await at.planton("up", "--yes"), "invalid request");
  expectFailed(await at.pulumi("up", "--yes"), "E_PENDING_OPERATIONS");
  const look = await at.planton("preview");
  expectOk(look);
  expect(look.all).toContain("1 to update");
  expectFailed(await at.planton("up", "--yes"), "invalid request");
  await clearFaults(bed.home);
  expectOk(await at.planton("up", "--yes"));
  const [cluster] = await namedAtDigitalOcean(bed, "databases", name);
  expect(cluster).toMatchObject(row.expected);
  const part = await bed.get(row.call.replace("*", String(cluster?.["id"])));
  if (row.what === "policy") expect(part).toEqual({ eviction_policy: "allkeys_lru" });
  if (row.what === "mode") expect(part).toEqual({ sql_mode: "ANSI" });
  await expectUnchanged(at);
});

test("a refused change of a VPC is made by plain pulumi after its refresh", async () => {
  const at = stackBed(bed, "vpc", "refused-vpc", vpcInput({ name: "refused-vpc", description: "first" }));
  expectOk(await at.planton("up", "--yes"));
  at.write(vpcInput({ name: "refused-vpc", description: "second" }));
  await addFault(bed.home, { method: "PUT", path: "/v2/vpcs/*", status: 422, message: "invalid request" });
  expectFailed(await at.pulumi("up", "--yes"), "invalid request");
  expectFailed(await at.pulumi("up", "--yes"), "E_PENDING_OPERATIONS", "pulumi refresh");
  expectOk(await at.pulumi("refresh", "--yes"));
  expectOk(await at.pulumi("up", "--yes"));
  const [vpc] = await namedAtDigitalOcean(bed, "vpcs", "refused-vpc");
  expect(vpc).toMatchObject({ description: "second" });
  await expectUnchanged(at);
});

test("a cluster that is gone when a failed change is read anew is not made empty in silence", async () => {
  const name = "lost-data";
  const at = stackBed(bed, "db", name, clusterInput(name));
  expectOk(await at.planton("up", "--yes"));
  const [cluster] = await namedAtDigitalOcean(bed, "databases", name);
  at.write(clusterInput(name, { nodeCount: 2 }));
  await addFault(bed.home, { method: "PUT", path: "/v2/databases/*/resize", status: 422 });
  expectFailed(await at.planton("up", "--yes"));
  // One wrong response is no proof: it goes on with the same cluster.
  await addFault(bed.home, { method: "GET", path: "/v2/databases/*", status: 404 });
  const doubted = await at.planton("up", "--yes");
  expect(doubted.code, doubted.all).toBe(4);
  expectOk(await at.planton("up", "--yes"));
  expect(await namedAtDigitalOcean(bed, "databases", name)).toMatchObject([{ id: cluster?.["id"], num_nodes: 2 }]);
  at.write(clusterInput(name, { nodeCount: 3 }));
  await addFault(bed.home, { method: "PUT", path: "/v2/databases/*/resize", status: 422 });
  expectFailed(await at.planton("up", "--yes"));
  const headers = { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}` };
  await fetch(`${bed.apiUrl}/v2/databases/${cluster?.["id"]}`, { method: "DELETE", headers });
  for (const _ of [1, 2]) {
    const refused = await at.planton("up", "--yes");
    expect(refused.code, refused.all).toBe(4);
    expectFailed(refused, "E_PROTECTED", String(cluster?.["id"]), "planton pulumi refresh");
  }
  expectOk(await at.planton("refresh", "--yes"));
  expectOk(await at.planton("up", "--yes"));
  expect(await namedAtDigitalOcean(bed, "databases", name)).toHaveLength(1);
});
