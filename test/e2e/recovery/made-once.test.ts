import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { changeSettings, resetSettings } from "../../../sandbox/kit/client/adjust-sandbox.js";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
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
const post = { method: "POST", path: "/v2/databases" };
/** A run that hangs is far above it, whatever the machine; a quiet one takes 3 to 7 s. */
const endLimitMs = 60_000;

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
beforeEach(async () => {
  await clearFaults(bed.home);
  await resetSettings(bed.home, "digitalocean");
});
afterAll(() => bed.close());

async function timed<Result>(run: () => Promise<Result>): Promise<readonly [Result, number]> {
  const startedMs = Date.now();
  return [await run(), Date.now() - startedMs];
}

async function deleteAtVendor(path: string): Promise<void> {
  const headers = { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}` };
  expect((await fetch(`${bed.apiUrl}${path}`, { method: "DELETE", headers })).status).toBe(204);
}

test("a lost private cluster without its marker: plain pulumi refuses, planton takes it in, and neither hangs", async () => {
  const at = stackBed(bed, kind, "lost-one", clusterInput("lost-one"));
  await addFault(bed.home, { ...post, truncateResponse: true });
  expectFailed(await at.planton("up", "--yes"));
  const { id } = await onlyCluster(bed, "lost-one");
  at.loseMarker();
  const [plain, plainMs] = await timed(() => at.pulumi("up", "--yes"));
  expectFailed(plain, "E_PENDING_OPERATIONS", id);
  expect(plainMs).toBeLessThan(endLimitMs);
  at.loseMarker();
  const [taken, takenMs] = await timed(() => at.planton("up", "--yes"));
  expectOk(taken);
  expect(takenMs).toBeLessThan(endLimitMs);
  expect(await onlyCluster(bed, "lost-one")).toMatchObject({ id, sources: [expect.any(String)] });
  await expectUnchanged(at);
});

test.each([
  "planton",
  "pulumi",
] as const)("a creation that %s sent twice ends with both ids, not with 0", async (tool) => {
  const name = `twice-${tool}`;
  const at = stackBed(bed, kind, name, clusterInput(name));
  if (tool === "pulumi") expectOk(await at.planton("preview"));
  await addFault(bed.home, { ...post, dropResponse: true });
  const run = () => (tool === "planton" ? at.planton("up", "--yes") : at.pulumi("up", "--yes"));
  const ids = async () => (await namedAtDigitalOcean(bed, "databases", name)).map(({ id }) => String(id));
  expectFailed(await run(), "E_PENDING_OPERATIONS");
  const both = await ids();
  expect(both).toHaveLength(2);
  expectFailed(await run(), "E_PENDING_OPERATIONS");
  const again = await at.planton("up", "--yes");
  expect(again.code, again.all).toBe(2);
  expectFailed(again, ...both);
  expect(await ids(), "no third one").toEqual(both);
  const held = (await at.pulumi("stack", "output", "cluster_id")).stdout.trim();
  const surplus = both.filter((id) => id !== held);
  expect(surplus).toHaveLength(1);
  if (tool === "planton") {
    await deleteAtVendor(`/v2/databases/${surplus[0]}`);
    expectOk(await at.planton("up", "--yes"));
    expect(await onlyCluster(bed, name)).toMatchObject({ id: held, sources: [expect.any(String)] });
  } else {
    expectOk(await at.planton("recover", "--forget", String(surplus[0])));
    expectOk(await at.pulumi("up", "--yes"));
    expect(await ids()).toEqual(both);
  }
  await expectUnchanged(at);
});

test.each([
  { what: "a later resource fails", fault: { method: "PUT", path: "/v2/databases/*/firewall", status: 422 } },
  {
    what: "the vendor cannot be asked",
    fault: { method: "GET", path: "/v2/databases", status: 503, skip: 1, count: 9 },
  },
])("a creation that was sent twice is not forgotten when $what", async ({ what, fault }) => {
  const name = `forgotten-${what.split(" ").at(-1)}`;
  const at = stackBed(bed, kind, name, clusterInput(name));
  await addFault(bed.home, { ...post, dropResponse: true });
  await addFault(bed.home, fault);
  expectFailed(await at.planton("up", "--yes"));
  await clearFaults(bed.home);
  const both = (await namedAtDigitalOcean(bed, "databases", name)).map(({ id }) => String(id));
  expect(both).toHaveLength(2);
  expectFailed(await at.planton("up", "--yes"), "E_PENDING_OPERATIONS", ...both);
});

test("a stack that planton did not make, without an id, is asked for as well", async () => {
  const name = "no-id";
  const at = stackBed(bed, kind, name, clusterInput(name));
  const target = `DigitalOceanDatabaseCluster/${name}`;
  bed.write(`${name}/Pulumi.yaml`, `name: ${name}\nruntime: planton\n`);
  bed.write(
    `${name}/Pulumi.${at.stack}.yaml`,
    `config:\n  planton:stackInput: stack-input.yaml\n  planton:target: ${target}\n`,
  );
  expectOk(await at.pulumi("stack", "init"));
  await addFault(bed.home, { ...post, dropResponse: true });
  expectFailed(await at.planton("up", "--yes"), "E_PENDING_OPERATIONS");
});

test("a creation that was sent twice where names are unique: the next up takes the one cluster in", async () => {
  const at = stackBed(bed, kind, "unique", clusterInput("unique"));
  await changeSettings(bed.home, { vendor: "digitalocean", values: { duplicateClusterNames: "refused" } });
  await addFault(bed.home, { ...post, dropResponse: true });
  expectFailed(await at.planton("up", "--yes"), "not available");
  const { id } = await onlyCluster(bed, "unique");
  expectOk(await at.planton("up", "--yes"));
  expect(await onlyCluster(bed, "unique")).toMatchObject({ id, sources: [expect.any(String)] });
  await expectUnchanged(at);
});

test("a VPC whose name its own lost creation has taken is no stranger's: the next up names it", async () => {
  const at = stackBed(bed, "vpc", "vpc-taken", vpcInput({ name: "vpc-taken" }));
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", dropResponse: true });
  expectFailed(await at.planton("up", "--yes"), "already exists");
  const [vpc, ...more] = await namedAtDigitalOcean(bed, "vpcs", "vpc-taken");
  expect(more).toEqual([]);
  const refused = await at.planton("up", "--yes");
  expect(refused.code, refused.all).toBe(2);
  expectFailed(refused, "E_PENDING_OPERATIONS", "--import ID", String(vpc?.["id"]));
  expectFailed(await at.pulumi("up", "--yes"), "E_PENDING_OPERATIONS", String(vpc?.["id"]));
  expectOk(await at.planton("recover", "--import", String(vpc?.["id"])));
  expectOk(await at.planton("up", "--yes"));
  expect(await namedAtDigitalOcean(bed, "vpcs", "vpc-taken")).toHaveLength(1);
  await expectUnchanged(at);
});
