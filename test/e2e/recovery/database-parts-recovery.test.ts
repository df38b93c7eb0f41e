import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import {
  clusterStack,
  type PartManifest,
  partBed,
  partInput,
  partsOf,
  sendTo,
} from "../../support/cluster-parts-bed.js";
import { openBed, type PlantonBed, until } from "../../support/planton-bed.js";
import { expectFailed, expectOk, expectUnchanged } from "../../support/stack-bed.js";

const cluster = { valueFrom: { name: "orders" } };
const pool = { cluster, mode: "transaction", size: 5, database: "defaultdb", user: "doadmin" };
const replica = { cluster, region: "nyc3", size_slug: "db-s-1vcpu-2gb" };

let bed: PlantonBed;
let clusterId: string;
beforeAll(async () => {
  bed = await openBed();
  clusterId = await clusterStack(bed, "orders");
});
beforeEach(() => clearFaults(bed.home));
afterAll(() => bed.close());

/** Kinds that take no tags: the API's list, the prefix of the name in the plugin's ids, and the manifest. */
const unmarked: readonly (readonly [string, string, Pick<PartManifest, "kind" | "spec">])[] = [
  ["users", "/user/", { kind: "DigitalOceanDatabaseUser", spec: { cluster } }],
  ["dbs", "/database/", { kind: "DigitalOceanDatabase", spec: { cluster } }],
  ["pools", "/", { kind: "DigitalOceanDatabaseConnectionPool", spec: pool }],
];

test.each(
  unmarked,
)("one of %s that a lost response has made is named, and not made again", async (list, infix, part) => {
  const name = `lost-${list}`;
  const manifest: PartManifest = { ...part, name };
  const at = partBed(bed, manifest);
  await addFault(bed.home, { method: "POST", path: `/v2/databases/*/${list}`, dropResponse: true });
  expectFailed(await at.planton("up", "--yes"));
  const id = `${clusterId}${infix}${name}`;
  const refused = await at.planton("up", "--yes");
  expect(refused.code, refused.all).toBe(2);
  expectFailed(refused, "E_PENDING_OPERATIONS", id);
  expectOk(await at.planton("recover", "--import", id));
  expectOk(await at.planton("up", "--yes"));
  expect((await partsOf(bed, clusterId, list)).filter((found) => found["name"] === name)).toHaveLength(1);
  await expectUnchanged(at);
});

test("somebody else's user of that name stays, and the message says how to take it", async () => {
  await sendTo(bed, "POST", `/v2/databases/${clusterId}/users`, { name: "somebody" });
  const at = partBed(bed, { kind: "DigitalOceanDatabaseUser", name: "somebody", spec: { cluster } });
  expectFailed(await at.planton("up", "--yes"), "metadata.import_id");
  expectFailed(await at.planton("up", "--yes"), "metadata.import_id");
});

test.each(unmarked)("one of %s that is there is taken in by its import_id", async (list, _, part) => {
  const name = `taken-${list}`;
  const { mode, size, database: db, user } = pool;
  await sendTo(bed, "POST", `/v2/databases/${clusterId}/${list}`, { name, mode, size, db, user });
  const at = partBed(bed, { ...part, name, metadata: { import_id: `${clusterId},${name}` } });
  expectOk(await at.planton("up", "--yes"));
  expect((await partsOf(bed, clusterId, list)).filter((found) => found["name"] === name)).toHaveLength(1);
  at.write(partInput({ ...part, name }));
  await expectUnchanged(at);
});

test("a replica that a lost response has made is taken in by its tag, without the marker too", async () => {
  const at = partBed(bed, { kind: "DigitalOceanDatabaseReplica", name: "lost", spec: replica });
  await addFault(bed.home, { method: "POST", path: "/v2/databases/*/replicas", dropResponse: true });
  expectFailed(await at.planton("up", "--yes"));
  at.loseMarker();
  expectOk(await at.planton("up", "--yes"));
  expect((await partsOf(bed, clusterId, "replicas")).filter((found) => found["name"] === "lost")).toHaveLength(1);
  await expectUnchanged(at);
});

test("a replica that planton did not make is taken in as it is, with its tags", async () => {
  const wanted = { name: "taken", size: "db-s-1vcpu-2gb", region: "nyc3", tags: ["old"] };
  await sendTo(bed, "POST", `/v2/databases/${clusterId}/replicas`, wanted);
  const taken = async () => (await partsOf(bed, clusterId, "replicas")).filter((found) => found["name"] === "taken");
  await until("the replica is there", async () => (await taken()).length === 1);
  const at = partBed(bed, {
    kind: "DigitalOceanDatabaseReplica",
    name: "taken",
    metadata: { import_id: `${clusterId},taken` },
    spec: replica,
  });
  expectOk(await at.planton("up", "--yes"));
  expect(await taken()).toMatchObject([{ tags: ["old"] }]);
  await expectUnchanged(at);
});
