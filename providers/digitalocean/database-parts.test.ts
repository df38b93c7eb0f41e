import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grpc } from "../kit/server/protocol.js";
import { plain } from "../kit/testing/test-client.js";
import { basicCluster, createCluster, failureOfCall } from "./test-cluster.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

const pool = { type: "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool" };
const user = { type: "digitalocean:index/databaseUser:DatabaseUser" };
const db = { type: "digitalocean:index/databaseDb:DatabaseDb" };
const replica = { type: "digitalocean:index/databaseReplica:DatabaseReplica" };

const poolValues = { name: "backend", mode: "transaction", size: 10, dbName: "defaultdb", user: "doadmin" };
const replicaValues = { name: "read-01", region: "nyc3", size: "db-s-1vcpu-2gb" };

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

async function clusterOf(values = {}): Promise<string> {
  const { id } = await createCluster(plugin, { ...basicCluster, ...values });
  plugin.mark();
  return id;
}

const kinds = [
  { target: db, values: { name: "app" }, middle: "/database/", sent: { name: "app" }, list: "dbs" },
  { target: user, values: { name: "app" }, middle: "/user/", sent: { name: "app" }, list: "users" },
  {
    target: pool,
    values: poolValues,
    middle: "/",
    sent: { name: "backend", user: "doadmin", mode: "transaction", size: 10, db: "defaultdb" },
    list: "pools",
  },
  {
    target: replica,
    values: replicaValues,
    middle: "/replicas/",
    sent: { ...replicaValues, private_network_uuid: "" },
    list: "replicas",
  },
];

describe.each(kinds)("$target.type", ({ target, values, middle, sent, list }) => {
  it("is created, read, imported and deleted", async () => {
    const clusterId = await clusterOf();
    const { inputs, failures } = await plugin.client.check(target, plain({ clusterId, ...values }));
    expect(failures).toEqual([]);
    const created = await plugin.client.create(target, inputs);
    expect(created.id).toBe(`${clusterId}${middle}${values.name}`);
    expect(plugin.sent()[0]).toMatchObject({ method: "POST", path: `/v2/databases/${clusterId}/${list}`, body: sent });
    expect(created.state.values).toMatchObject({ clusterId, ...values });
    expect((await plugin.client.diff(target, { ...created, inputs })).none).toBe(true);
    const read = await plugin.client.read(target, created.id, { ...created, inputs });
    expect([read.id, read.state, read.inputs]).toEqual([created.id, created.state, inputs]);
    const imported = await plugin.client.read(target, `${clusterId},${values.name}`);
    expect(imported.id).toBe(created.id);
    expect((await plugin.client.diff(target, { ...imported, inputs })).none).toBe(true);
    await plugin.client.delete(target, created.id, created.state);
    expect((await plugin.client.read(target, created.id, created)).id).toBe("");
    await expect(plugin.client.delete(target, created.id, created.state)).rejects.toThrow("404");
  });

  it("is not imported without the cluster", async () => {
    await expect(plugin.client.read(target, values.name)).rejects.toThrow("joined with a comma");
  });

  it("is replaced for another cluster or name, the old one first", async () => {
    const clusterId = await clusterOf();
    const inputs = plain({ clusterId, ...values });
    const { state } = await plugin.client.create(target, inputs);
    for (const change of [{ clusterId: "other" }, { name: "other" }]) {
      const diff = await plugin.client.diff(target, { state, inputs: plain({ ...inputs.values, ...change }) });
      expect(diff).toMatchObject({ replaces: Object.keys(change), deleteBeforeReplace: true });
    }
  });

  it("is left behind when the response is lost and the name is taken by then", async () => {
    const clusterId = await clusterOf();
    await plugin.fake.plan({ method: "POST", dropResponse: true });
    const error = await failureOfCall(plugin.client.create(target, plain({ clusterId, ...values })));
    expect(error.unfinished).toBeUndefined();
    expect(error.message).toMatch(/^error creating .*: (409|422) /);
    expect(plugin.sent().filter(({ method }) => method === "POST")).toHaveLength(2);
    plugin.fake.clock.passMs(60_000);
    expect(await plugin.ask("GET", `/v2/databases/${clusterId}/${list}/${values.name}`)).toBeDefined();
  });

  it("ignores a custom timeout with a warning", async () => {
    const clusterId = await clusterOf();
    await plugin.client.create(target, plain({ clusterId, ...values }), { timeoutSeconds: 60 });
    expect(plugin.warnings).toEqual(["Resource does not support customTimeouts, ignoring: create=1m0s"]);
  });
});

describe("a pool", () => {
  it("has its own port and the password of its user", async () => {
    const clusterId = await clusterOf();
    const { state } = await plugin.client.create(pool, plain({ clusterId, ...poolValues }));
    const { password } = state.values;
    expect(state.secrets).toEqual(new Set(["password", "privateUri", "uri"]));
    expect(state.values).toMatchObject({
      port: 25061,
      privateHost: `private-${String(state.values["host"])}`,
      uri: `postgresql://doadmin:${String(password)}@${String(state.values["host"])}:25061/backend?sslmode=require`,
    });
  });

  it("sends an empty user where there is none", async () => {
    const clusterId = await clusterOf();
    const { user: _user, ...values } = poolValues;
    const inputs = plain({ clusterId, ...values });
    const { state } = await plugin.client.create(pool, inputs);
    expect(plugin.sent()[0]?.body).toMatchObject({ user: "" });
    expect((await plugin.client.diff(pool, { state, inputs })).none).toBe(true);
  });

  it("is replaced for every change", async () => {
    const clusterId = await clusterOf();
    const { state } = await plugin.client.create(pool, plain({ clusterId, ...poolValues }));
    for (const change of [{ size: 5 }, { mode: "session" }, { dbName: "x" }, { user: "x" }]) {
      const inputs = plain({ clusterId, ...poolValues, ...change });
      expect((await plugin.client.diff(pool, { state, inputs })).replaces).toEqual(Object.keys(change));
    }
  });

  it("repeats a creation that fails with 500 for a database that is not there", async () => {
    const clusterId = await clusterOf();
    const error = await failureOfCall(plugin.client.create(pool, plain({ clusterId, ...poolValues, dbName: "gone" })));
    expect(error.message).toMatch(/^error creating DatabaseConnectionPool: .* giving up after 5 attempt/);
    expect(plugin.sent()).toHaveLength(5);
  });

  it("crashes when its reading stays without a response", async () => {
    const clusterId = await clusterOf();
    const created = await plugin.client.create(pool, plain({ clusterId, ...poolValues }));
    await plugin.fake.plan({ method: "GET", dropResponse: true, count: 5 });
    const error = await failureOfCall(plugin.client.read(pool, created.id, created));
    expect([error.code, error.message]).toEqual([grpc.status.INTERNAL, expect.stringContaining("nil pointer")]);
  });

  it.each([
    { change: { name: "ab" }, property: "name" },
    { change: { mode: "fast" }, property: "mode" },
    { change: { size: 0 }, property: "size" },
    { change: { user: "" }, property: "user" },
  ])("names $property", async ({ change, property }) => {
    const { failures } = await plugin.client.check(pool, plain({ clusterId: "c", ...poolValues, ...change }));
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });
});

describe("a user", () => {
  it("has a new password after a change of its plugin, and no difference from the default one", async () => {
    const clusterId = await clusterOf({ engine: "mysql", version: "8" });
    const inputs = plain({ clusterId, name: "app", mysqlAuthPlugin: "mysql_native_password" });
    const created = await plugin.client.create(user, inputs);
    expect(created.state.secrets).toEqual(new Set(["password"]));
    expect(created.state.values).toMatchObject({ role: "normal", mysqlAuthPlugin: "mysql_native_password" });
    plugin.mark();
    const without = plain({ clusterId, name: "app" });
    expect((await plugin.client.diff(user, { ...created, inputs: without })).paths).toEqual(["mysqlAuthPlugin"]);
    const state = await plugin.client.update(user, { ...created, inputs: without });
    expect(plugin.sent().map(({ method, path, body }) => [method, path.split("/").at(-1), body])).toEqual([
      ["POST", "reset_auth", { mysql_settings: { auth_plugin: "caching_sha2_password" } }],
      ["GET", "app", undefined],
    ]);
    expect(state.values["password"]).not.toBe(created.state.values["password"]);
    expect((await plugin.client.diff(user, { state, inputs: without })).none).toBe(true);
  });

  it("keeps the settings that only a creation returns, with the ids of rules", async () => {
    const layout = { engine: "kafka", version: "3.8", nodeCount: 3, size: "db-s-2vcpu-2gb" };
    const clusterId = await clusterOf(layout);
    const settings = [{ acls: [{ topic: "orders", permission: "consume" }] }];
    const created = await plugin.client.create(user, plain({ clusterId, name: "app", settings }));
    const id = expect.any(String);
    expect(created.state.secrets).toEqual(new Set(["accessCert", "accessKey", "password"]));
    expect(created.state.values["settings"]).toMatchObject([
      { acls: [{ id, topic: "orders", permission: "consume" }] },
    ]);
    const read = await plugin.client.read(user, created.id, created);
    expect(read.state).toEqual(created.state);
    const changed = plain({ clusterId, name: "app", settings: [{ acls: [{ topic: "orders", permission: "admin" }] }] });
    plugin.mark();
    const state = await plugin.client.update(user, { ...created, inputs: changed });
    expect(plugin.sent()[0]).toMatchObject({
      method: "PUT",
      body: { settings: { acl: [{ topic: "orders", permission: "admin" }] } },
    });
    expect(state.values["settings"]).toMatchObject([{ acls: [{ id, permission: "admin" }] }]);
    expect((await plugin.client.diff(user, { state, inputs: changed })).none).toBe(true);
  });

  it("is made one after the other with others of its cluster", async () => {
    const clusterId = await clusterOf();
    let underway = 0;
    plugin.fake.before("POST", async () => {
      for (let turn = 0; turn < 3; turn += 1) await plugin.ask("GET", `/v2/databases/${clusterId}`);
      underway = plugin.sent().length;
    });
    const names = ["one", "two", "three"];
    await Promise.all(names.map((name) => plugin.client.create({ ...user, name }, plain({ clusterId, name }))));
    expect([underway, plugin.sent().length]).toEqual([1, 3]);
  });
});

describe("a replica", () => {
  it("is waited for although the vendor hides it, and has its own hosts", async () => {
    const clusterId = await clusterOf();
    const { state } = await plugin.client.create(replica, plain({ clusterId, ...replicaValues, tags: ["Read"] }));
    expect(state.secrets).toEqual(new Set(["password", "privateUri", "uri"]));
    expect(state.values).toMatchObject({
      uuid: expect.any(String),
      database: "defaultdb",
      user: "doadmin",
      storageSizeMib: "30720",
      tags: ["Read"],
      privateNetworkUuid: expect.any(String),
    });
    expect(state.values["host"]).toMatch(/^read-01-/);
  });

  it("differs for ever in a region and a size that the program leaves to the vendor", async () => {
    const clusterId = await clusterOf();
    const { state } = await plugin.client.create(replica, plain({ clusterId, ...replicaValues }));
    const diff = await plugin.client.diff(replica, { state, inputs: plain({ clusterId, name: "read-01" }) });
    expect(diff).toMatchObject({ paths: ["region", "size"], replaces: ["region"] });
  });

  it("grows in place with the storage that it had, and waits", async () => {
    const clusterId = await clusterOf();
    const created = await plugin.client.create(replica, plain({ clusterId, ...replicaValues }));
    const inputs = plain({ clusterId, ...replicaValues, size: "db-s-2vcpu-4gb" });
    plugin.mark();
    const error = await failureOfCall(plugin.client.update(replica, { ...created, inputs }));
    expect(plugin.sent()[0]).toMatchObject({
      path: `/v2/databases/${String(created.state.values["uuid"])}/resize`,
      body: { size: "db-s-2vcpu-4gb", num_nodes: 1, storage_size_mib: 30720 },
    });
    expect(error.unfinished?.reasons).toEqual([expect.stringContaining("error resizing database replica: ")]);
    const larger = plain({ ...inputs.values, storageSizeMib: "61440" });
    const state = await plugin.client.update(replica, { ...created, inputs: larger });
    expect(state.values).toMatchObject({ size: "db-s-2vcpu-4gb", storageSizeMib: "61440" });
  });

  it("is sent again while the cluster is busy", async () => {
    const clusterId = await clusterOf();
    await plugin.ask("PUT", `/v2/databases/${clusterId}/resize`, { size: "db-s-1vcpu-2gb", num_nodes: 1 });
    await plugin.client.create(replica, plain({ clusterId, ...replicaValues }));
    expect(plugin.sent().filter(({ method }) => method === "POST").length).toBeGreaterThan(1);
  });

  it("crashes when its creation stays without a response", async () => {
    const clusterId = await clusterOf();
    await plugin.fake.plan({ method: "POST", reset: true, count: 5 });
    const error = await failureOfCall(plugin.client.create(replica, plain({ clusterId, ...replicaValues })));
    expect([error.code, error.unfinished]).toEqual([grpc.status.INTERNAL, undefined]);
  });

  it("is dropped when it is never online, and stays at the vendor", async () => {
    const clusterId = await clusterOf();
    await plugin.fake.set({ newReplicas: "shown" });
    await plugin.fake.plan({ method: "POST", neverReady: true });
    // Half an hour in looks of a minute.
    plugin.fake.env["PLANTON_SANDBOX_POLL_MS"] = "60000";
    await plugin.client.configure(plain({}));
    const error = await failureOfCall(plugin.client.create(replica, plain({ clusterId, ...replicaValues })));
    expect([error.unfinished, error.message]).toEqual([undefined, expect.stringContaining("timeout waiting for")]);
    expect(await plugin.ask("GET", `/v2/databases/${clusterId}/replicas/read-01`)).toBeDefined();
  });
});
