import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  clusterStack,
  outputsOf,
  partBed,
  partInput,
  partsOf,
  sendTo,
  somebodysCluster,
} from "../../support/cluster-parts-bed.js";
import { firewallInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectFailed, expectOk, expectUnchanged, type StackBed, stackBed } from "../../support/stack-bed.js";

const cluster = { valueFrom: { name: "orders" } };

let bed: PlantonBed;
let clusterId: string;
beforeAll(async () => {
  bed = await openBed();
  clusterId = await clusterStack(bed, "orders");
});
afterAll(() => bed.close());

/** Nothing is changed by another up and a refresh. */
async function expectStable(at: StackBed): Promise<void> {
  expectOk(await at.planton("up", "--yes", "--", "--expect-no-changes"));
  expectOk(await at.planton("refresh", "--yes"));
  await expectUnchanged(at);
}

const names = async (list: string): Promise<unknown[]> =>
  (await partsOf(bed, clusterId, list)).map(({ name }) => name).sort();

test("a database lives from up to destroy, and its data needs a word", async () => {
  const input = (database_name: string) =>
    partInput({ kind: "DigitalOceanDatabase", name: "shop", spec: { cluster, database_name } });
  const at = stackBed(bed, "database", "shop", input("shop"));
  expectOk(await at.planton("up", "--yes"));
  expect(await names("dbs")).toEqual(["defaultdb", "shop"]);
  expect(await outputsOf(at, [])).toEqual({ cluster_id: clusterId, database_name: "shop" });
  await expectStable(at);

  at.write(input("shop_2"));
  expectFailed(await at.planton("up", "--yes"), "--allow-data-loss");
  expect(await names("dbs")).toEqual(["defaultdb", "shop"]);
  expectOk(await at.planton("up", "--yes", "--allow-data-loss"));
  expect(await names("dbs")).toEqual(["defaultdb", "shop_2"]);
  await expectUnchanged(at);

  expectFailed(await at.planton("destroy", "--yes"), "--allow-data-loss");
  expectOk(await at.planton("destroy", "--yes", "--allow-data-loss"));
  expect(await names("dbs")).toEqual(["defaultdb"]);
});

test("a user and a pool that refers to it live from up to destroy", async () => {
  const user = partBed(bed, { kind: "DigitalOceanDatabaseUser", name: "app", spec: { cluster } });
  expectOk(await user.planton("up", "--yes"));
  const [made] = (await partsOf(bed, clusterId, "users")).filter(({ name }) => name === "app");
  const password = String(made?.["password"]);
  expect(await outputsOf(user, ["password"])).toEqual({
    cluster_id: clusterId,
    username: "app",
    password,
    role: "normal",
  });
  await expectStable(user);

  const input = (change: object) =>
    partInput({
      kind: "DigitalOceanDatabaseConnectionPool",
      name: "app-pool",
      spec: {
        ...{ cluster, mode: "transaction", size: 20, database: "defaultdb", user: { valueFrom: { name: "app" } } },
        ...change,
      },
    });
  const pool = stackBed(bed, "dbpool", "app-pool", input({}));
  expectOk(await pool.planton("up", "--yes"));
  const outputs = await outputsOf(pool, ["connection_uri", "private_uri", "password"]);
  expect(outputs).toMatchObject({ pool_name: "app-pool", database_name: "defaultdb", username: "app", password });
  const uri = new URL(String(outputs["connection_uri"]));
  expect([uri.hostname, Number(uri.port)]).toEqual([outputs["host"], outputs["port"]]);
  expect([uri.username, uri.password, uri.pathname]).toEqual(["app", password, "/app-pool"]);
  await expectStable(pool);

  for (const change of [{ size: 30 }, { mode: "session" }, { user: undefined }]) {
    pool.write(input(change));
    expectOk(await pool.planton("up", "--yes"));
    const [now, ...more] = await partsOf(bed, clusterId, "pools");
    expect(more).toEqual([]);
    expect(now).toMatchObject({ name: "app-pool", ...change, user: "user" in change ? "" : "app" });
    await expectUnchanged(pool);
  }
  expect(Object.keys(await outputsOf(pool, ["connection_uri", "private_uri"]))).not.toContain("username");

  pool.write(input({ size: 48 }));
  expectFailed(await pool.planton("up", "--yes"), "25 connections for each GB");
  pool.write(input({ size: 10 }));
  expectOk(await pool.planton("up", "--yes"));
  expect(await partsOf(bed, clusterId, "pools")).toMatchObject([{ name: "app-pool", size: 10 }]);
  expectOk(await pool.planton("destroy", "--yes"));
  expect(await names("pools")).toEqual([]);
  expectOk(await user.planton("destroy", "--yes"));
  expect(await names("users")).toEqual(["doadmin"]);
});

test("a replica lives from up to destroy, and takes a firewall", async () => {
  const input = (change: object) =>
    partInput({
      kind: "DigitalOceanDatabaseReplica",
      name: "readers",
      metadata: { labels: { team: "payments" } },
      spec: { cluster, region: "nyc3", size_slug: "db-s-1vcpu-2gb", ...change },
    });
  const at = stackBed(bed, "dbreplica", "readers", input({}));
  const up = await at.planton("up", "--yes");
  expectOk(up);
  expect(up.all).toContain("replica_id");
  const [made] = await partsOf(bed, clusterId, "replicas");
  expect(made).toMatchObject({ name: "readers", status: "online", tags: expect.arrayContaining(["team:payments"]) });
  const outputs = await outputsOf(at, ["connection_uri", "private_uri", "username", "password"]);
  expect(outputs).toMatchObject({ replica_id: made?.["id"], cluster_id: clusterId, username: "doadmin" });
  await expectStable(at);

  at.write(input({ size_slug: "db-s-2vcpu-4gb", storage_gib: 80 }));
  expectOk(await at.planton("up", "--yes"));
  expect(await partsOf(bed, clusterId, "replicas")).toMatchObject([
    { id: made?.["id"], size: "db-s-2vcpu-4gb", storage_size_mib: 81_920 },
  ]);
  await expectUnchanged(at);

  at.write(input({ size_slug: "db-s-2vcpu-4gb", storage_gib: 80, tags: ["later"] }));
  const tagged = await at.planton("up", "--yes", "--", "--expect-no-changes");
  expectOk(tagged);
  expect(tagged.all).toContain("not applied");
  at.write(input({ size_slug: "db-s-2vcpu-4gb", storage_gib: 80, region: "fra1" }));
  expectFailed(await at.planton("up", "--yes"), "--allow-data-loss");
  at.write(input({ size_slug: "db-s-2vcpu-4gb", storage_gib: 80 }));

  const reference = { kind: "DigitalOceanDatabaseReplica", name: "readers", fieldPath: "status.outputs.replica_id" };
  const rules = [{ type: "ip_addr", value: "203.0.113.7" }];
  const access = firewallInput("readers-access", { cluster: { valueFrom: reference }, rules });
  const firewall = stackBed(bed, "dbfw", "readers-access", access);
  expectOk(await firewall.planton("up", "--yes"));
  expect(await bed.get(`/v2/databases/${outputs["replica_id"]}/firewall`)).toMatchObject({ rules });
  expectOk(await firewall.planton("destroy", "--yes"));

  expectFailed(await at.planton("destroy", "--yes"), "--allow-data-loss");
  expectOk(await at.planton("destroy", "--yes", "--allow-data-loss"));
  expect(await names("replicas")).toEqual([]);
});

test("settings of a user of mysql and of kafka are changed in place", async () => {
  const mysql = await somebodysCluster(bed, "legacy", { engine: "mysql", version: "8" });
  const kafka = await somebodysCluster(bed, "events", {
    engine: "kafka",
    version: "3.8",
    size: "db-s-2vcpu-4gb",
    num_nodes: 3,
  });
  const reports = (plugin?: string) =>
    partInput({
      kind: "DigitalOceanDatabaseUser",
      name: "reports",
      spec: { cluster: mysql, mysql_auth_plugin: plugin },
    });
  const at = stackBed(bed, "dbuser", "reports", reports());
  expectOk(await at.planton("up", "--yes"));
  const { password } = await outputsOf(at, ["password"]);
  await expectStable(at);
  at.write(reports("mysql_native_password"));
  expectOk(await at.planton("up", "--yes"));
  const changed = (await partsOf(bed, mysql, "users")).find(({ name }) => name === "reports");
  expect(changed).toMatchObject({ mysql_settings: { auth_plugin: "mysql_native_password" } });
  expect((await outputsOf(at, ["password"]))["password"]).toBe(changed?.["password"]);
  expect(changed?.["password"]).not.toBe(password);
  await expectUnchanged(at);

  const reader = (...acls: object[]) =>
    partInput({
      kind: "DigitalOceanDatabaseUser",
      name: "reader",
      spec: { cluster: kafka, ...(acls.length === 0 ? {} : { settings: { kafka_acls: acls } }) },
    });
  const orders = { topic: "orders", permission: "consume" };
  const events = { topic: "events-*", permission: "produceconsume" };
  const user = stackBed(bed, "dbuser", "reader", reader(orders));
  expectOk(await user.planton("up", "--yes"));
  const outputs = await outputsOf(user, ["password", "access_cert", "access_key"]);
  expect(outputs["access_cert"]).toContain("BEGIN CERTIFICATE");
  await expectStable(user);
  user.write(reader(orders, events));
  expectOk(await user.planton("up", "--yes"));
  await expectUnchanged(user);
  user.write(reader());
  expectOk(await user.planton("up", "--yes", "--", "--expect-no-changes"));
});

test("a user of mongodb whose password the vendor does not return again has none, and a warning says so", async () => {
  const mongodb = await somebodysCluster(bed, "catalog", { engine: "mongodb", version: "7.0" });
  await sendTo(bed, "POST", `/v2/databases/${mongodb}/users`, { name: "browser" });
  const metadata = { import_id: `${mongodb},browser` };
  const at = partBed(bed, {
    kind: "DigitalOceanDatabaseUser",
    name: "browser",
    metadata,
    spec: { cluster: mongodb },
  });
  const up = await at.planton("up", "--yes");
  expectOk(up);
  expect(up.all).toContain("reset_auth");
  expect(await outputsOf(at, [])).toEqual({ cluster_id: mongodb, username: "browser", role: "normal" });
});

test("the examples are applied one after the other", async () => {
  cpSync(join(root, "examples"), join(bed.folder, "examples"), { recursive: true });
  for (const name of ["cluster", "", "user", "connection-pool", "replica"]) {
    const cwd = join(bed.folder, "examples", `digitalocean-database${name === "" ? "" : `-${name}`}`);
    expectOk(await bed.planton(["pulumi", "up", "--yes"], { cwd }));
  }
  const all = (await bed.get("/v2/databases"))["databases"] as Record<string, unknown>[];
  const id = String(all.find(({ name }) => name === "dev-postgres")?.["id"]);
  const lists = await Promise.all(["dbs", "users", "pools", "replicas"].map((list) => partsOf(bed, id, list)));
  expect(lists.map((parts) => parts.at(-1)?.["name"])).toEqual([
    "orders",
    "orders-app",
    "orders-pool",
    "dev-postgres-eu",
  ]);
});
