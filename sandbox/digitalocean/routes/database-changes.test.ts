import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringField } from "../../kit/base/json-fields.js";
import { messages } from "../messages.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox } from "../test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
});
afterEach(() => sandbox.close());

async function read(id: string): Promise<unknown> {
  return (await sandbox.send("GET", `/v2/databases/${id}`)).body["database"];
}

test("a resize takes its time and keeps the connection", async () => {
  const id = await sandbox.onlineCluster({ size: "db-s-1vcpu-2gb" });
  const before = at(await read(id), "connection");
  const response = await sandbox.send("PUT", `/v2/databases/${id}/resize`, { size: "db-s-2vcpu-4gb", num_nodes: 3 });
  expect(response.status).toBe(202);
  expect(await read(id)).toMatchObject({
    status: "resizing",
    num_nodes: 3,
    size: "db-s-2vcpu-4gb",
    storage_size_mib: 61440,
  });
  sandbox.passMs(1000);
  expect(await read(id)).toMatchObject({ status: "online", connection: before });
});

test("a migration moves the cluster to the other region's network", async () => {
  const id = await sandbox.onlineCluster();
  const from = at(await read(id), "private_network_uuid");
  expect((await sandbox.send("PUT", `/v2/databases/${id}/migrate`, { region: "fra1" })).status).toBe(202);
  const after = await read(id);
  expect(after).toMatchObject({ status: "migrating", region: "fra1" });
  expect(at(after, "private_network_uuid")).not.toBe(from);
});

test("upgrade, maintenance and autoscaling show in the cluster", async () => {
  const id = await sandbox.onlineCluster({ version: "15" });
  for (const [path, body] of [
    ["upgrade", { version: "16" }],
    ["maintenance", { day: "tuesday", hour: "14:00" }],
    ["autoscale", { storage: { enabled: true, threshold_percent: 80, increment_gib: 20 } }],
  ] as const)
    expect([path, (await sandbox.send("PUT", `/v2/databases/${id}/${path}`, body)).status]).toEqual([path, 204]);
  expect(await read(id)).toMatchObject({
    version: "16",
    maintenance_window: { day: "tuesday", hour: "14:00:00" },
    storage_autoscale: { enabled: true, threshold_percent: 80, increment_gib: 20 },
  });
  const autoscale = await sandbox.send("GET", `/v2/databases/${id}/autoscale`);
  expect(at(autoscale.body, "autoscale", "storage", "increment_gib")).toBe(20);
});

describe("refusals of changes", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, number, string])[] = [
    ["resize", { size: "db-s-9vcpu-1gb", num_nodes: 1 }, 422, messages.size],
    ["resize", { size: "db-s-1vcpu-2gb", num_nodes: 5 }, 422, messages.nodeCount],
    ["resize", { size: "db-s-1vcpu-2gb", num_nodes: 1, storage_size_mib: 30720 }, 422, messages.storageShrinks],
    ["migrate", { region: "mars1" }, 422, messages.region],
    ["upgrade", { version: "99" }, 422, messages.engineVersion],
    ["upgrade", { version: "14" }, 422, messages.upgradeVersion],
    ["maintenance", { day: "someday", hour: "14:00" }, 422, messages.maintenanceDay],
    ["maintenance", { day: "monday", hour: "25:00" }, 422, messages.maintenanceHour],
    ["eviction_policy", { eviction_policy: "allkeys_lru" }, 422, messages.unsupported],
    ["sql_mode", { sql_mode: "ANSI" }, 422, messages.unsupported],
    ["autoscale", { storage: { enabled: true, increment_gib: 5 } }, 422, messages.autoscaleIncrement],
  ];
  test.each(cases)("%s %j", async (path, body, status, message) => {
    const id = await sandbox.onlineCluster({ size: "db-s-2vcpu-4gb" });
    const before = await read(id);
    const response = await sandbox.send("PUT", `/v2/databases/${id}/${path}`, body);
    expect([response.status, response.body["message"]]).toEqual([status, message]);
    expect(await read(id)).toEqual(before);
  });

  const early = [
    ["PUT", "resize", { size: "db-s-1vcpu-2gb", num_nodes: 1 }],
    ["PUT", "migrate", { region: "fra1" }],
    ["PUT", "upgrade", { version: "17" }],
    ["POST", "users", { name: "app" }],
    ["POST", "dbs", { name: "app" }],
  ] as const;
  test.each(early)("%s %s while the cluster is created: 412", async (method, path, body) => {
    const id = stringField(await sandbox.createCluster(), "id");
    const response = await sandbox.send(method, `/v2/databases/${id}/${path}`, body);
    expect([response.status, response.body["id"]]).toEqual([412, "precondition_failed"]);
  });
});

test("eviction policy and SQL mode belong to their engines", async () => {
  const valkey = await sandbox.onlineCluster({ engine: "valkey", version: "8" });
  const mysql = await sandbox.onlineCluster({ engine: "mysql", version: "8" });
  const policy = `/v2/databases/${valkey}/eviction_policy`;
  const mode = `/v2/databases/${mysql}/sql_mode`;
  expect((await sandbox.send("PUT", policy, { eviction_policy: "allkeys_lru" })).status).toBe(204);
  expect((await sandbox.send("PUT", mode, { sql_mode: "ANSI,TRADITIONAL" })).status).toBe(204);
  expect((await sandbox.send("GET", policy)).body).toEqual({ eviction_policy: "allkeys_lru" });
  expect((await sandbox.send("GET", mode)).body).toEqual({ sql_mode: "ANSI,TRADITIONAL" });
  expect((await sandbox.send("PUT", policy, { eviction_policy: "allkeys-lru" })).status).toBe(422);
});

describe("firewall", () => {
  test("is replaced whole, keeps ids of rules that stay, and can be emptied", async () => {
    const id = await sandbox.onlineCluster();
    const path = `/v2/databases/${id}/firewall`;
    const rule = (value: string): object => ({
      uuid: "",
      cluster_uuid: "",
      type: "ip_addr",
      value,
      created_at: "0001-01-01T00:00:00Z",
    });
    expect((await sandbox.send("PUT", path, { rules: [rule("10.0.0.0/8"), rule("192.168.1.1")] })).status).toBe(204);
    const first = (await sandbox.send("GET", path)).body;
    expect(at(first, "rules", 0)).toMatchObject({ type: "ip_addr", value: "10.0.0.0/8", cluster_uuid: id });
    await sandbox.send("PUT", path, { rules: [rule("192.168.1.1")] });
    const second = (await sandbox.send("GET", path)).body;
    expect(at(second, "rules", 0, "uuid")).toBe(at(first, "rules", 1, "uuid"));
    expect(at(second, "rules", 1)).toBeUndefined();
    await sandbox.send("PUT", path, { rules: null });
    expect((await sandbox.send("GET", path)).body).toEqual({ rules: [] });
  });

  const cases = [
    ["nothing", "1.2.3.4", messages.ruleType],
    ["ip_addr", "2001:db8::1", messages.ruleIpv6],
    ["ip_addr", "10.0.0.0/33", messages.ruleValue],
    ["ip_addr", "0.0.0.0/0/0", messages.ruleValue],
    ["droplet", "my-droplet", messages.ruleValue],
    ["k8s", "my-cluster", messages.ruleValue],
    ["tag", "unknown", messages.ruleTag],
  ] as const;
  test.each(cases)("refuses %s %s", async (type, value, message) => {
    const id = await sandbox.onlineCluster();
    const response = await sandbox.send("PUT", `/v2/databases/${id}/firewall`, { rules: [{ type, value }] });
    expect([response.status, response.body["message"]]).toEqual([422, message]);
  });

  test("refuses more than 100 rules", async () => {
    const id = await sandbox.onlineCluster();
    const rules = Array.from({ length: 101 }, (_, index) => ({ type: "ip_addr", value: `10.0.0.${index}` }));
    expect((await sandbox.send("PUT", `/v2/databases/${id}/firewall`, { rules })).status).toBe(422);
  });
});

describe("users and databases", () => {
  test("are made, read, changed and removed", async () => {
    const id = await sandbox.onlineCluster({ engine: "mysql", version: "8" });
    const users = `/v2/databases/${id}/users`;
    const made = await sandbox.send("POST", users, {
      name: "app",
      mysql_settings: { auth_plugin: "mysql_native_password" },
    });
    expect(made.status).toBe(201);
    expect(made.body["user"]).toMatchObject({
      name: "app",
      role: "normal",
      mysql_settings: { auth_plugin: "mysql_native_password" },
    });
    const reset = await sandbox.send("POST", `${users}/app/reset_auth`, {
      mysql_settings: { auth_plugin: "caching_sha2_password" },
    });
    expect(at(reset.body, "user", "password")).not.toBe(at(made.body, "user", "password"));
    expect((await sandbox.send("GET", `${users}/app`)).body).toEqual(reset.body);
    expect((await sandbox.send("POST", users, { name: "app" })).status).toBe(409);
    expect((await sandbox.send("DELETE", `${users}/doadmin`)).status).toBe(422);
    expect((await sandbox.send("DELETE", `${users}/app`)).status).toBe(204);
    expect((await sandbox.send("GET", `${users}/app`)).status).toBe(404);

    const dbs = `/v2/databases/${id}/dbs`;
    expect((await sandbox.send("POST", dbs, { name: "app" })).body).toEqual({ db: { name: "app" } });
    expect(at((await sandbox.send("GET", dbs)).body, "dbs", 1, "name")).toBe("app");
    expect((await sandbox.send("DELETE", `${dbs}/app`)).status).toBe(204);
    expect((await sandbox.send("GET", `${dbs}/app`)).status).toBe(404);
  });

  test("kafka users get certificate, key and their settings; caching engines have no users", async () => {
    const kafka = await sandbox.onlineCluster({
      engine: "kafka",
      version: "3.8",
      size: "db-s-2vcpu-2gb",
      num_nodes: 3,
    });
    const settings = { acl: [{ topic: "orders", permission: "consume" }] };
    const made = await sandbox.send("POST", `/v2/databases/${kafka}/users`, { name: "app", settings });
    expect(made.body["user"]).toMatchObject({ settings, access_key: expect.stringContaining("PRIVATE KEY") });
    expect(
      at((await sandbox.send("GET", `/v2/databases/${kafka}/users/app`)).body, "user", "settings"),
    ).toBeUndefined();
    const valkey = await sandbox.onlineCluster({ engine: "valkey", version: "8" });
    const response = await sandbox.send("POST", `/v2/databases/${valkey}/users`, { name: "app" });
    expect([response.status, response.body["message"]]).toEqual([422, messages.unsupported]);
  });

  test("kafka's rules get ids; a change replaces them", async () => {
    const layout = { engine: "kafka", version: "3.8", size: "db-s-2vcpu-2gb", num_nodes: 3 };
    const users = `/v2/databases/${await sandbox.onlineCluster(layout)}/users`;
    const settings = { acl: [{ topic: "orders", permission: "consume" }] };
    const made = await sandbox.send("POST", users, { name: "app", settings });
    expect(at(made.body, "user", "settings", "acl", 0, "id")).toEqual(expect.any(String));
    const changed = await sandbox.send("PUT", `${users}/app`, {
      settings: { acl: [{ topic: "x", permission: "admin" }] },
    });
    expect(changed.status).toBe(201);
    expect(at(changed.body, "user", "settings")).toMatchObject({ acl: [{ topic: "x", permission: "admin" }] });
    for (const rule of [
      { topic: "", permission: "admin" },
      { topic: "x", permission: "own" },
    ])
      expect((await sandbox.send("PUT", `${users}/app`, { settings: { acl: [rule] } })).status).toBe(422);
  });

  test.each([
    { acl: [{ topic: "x", permission: "admin" }] },
    { opensearch_acl: [{ index: "x", permission: "read" }] },
    { mongo_user_settings: { role: "readOnly" } },
    { unheard: true },
  ])("refuses settings of another engine: %o", async (settings) => {
    const users = `/v2/databases/${await sandbox.onlineCluster()}/users`;
    const response = await sandbox.send("POST", users, { name: "app", settings });
    expect([response.status, response.body["message"]]).toEqual([422, messages.unsupported]);
    const allowed = { pg_allow_replication: true, acl: [] };
    expect((await sandbox.send("POST", users, { name: "app", settings: allowed })).status).toBe(201);
  });
});
