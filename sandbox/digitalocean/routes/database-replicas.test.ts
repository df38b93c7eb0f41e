import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringField } from "../../kit/base/json-fields.js";
import { messages } from "../messages.js";
import { givenVpcId } from "../state.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox } from "../test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
let cluster: string;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
  cluster = `/v2/databases/${await sandbox.onlineCluster({ size: "db-s-1vcpu-2gb" })}`;
});
afterEach(() => sandbox.close());

/** As DigitalOcean's Go client sends it. */
const replica = { name: "read-01", region: "", size: "db-s-1vcpu-2gb", private_network_uuid: "" };

async function statusAndMessage(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const response = await sandbox.send(method, path, body);
  return [response.status, response.body["message"]];
}

async function createReplica(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const made = await sandbox.send("POST", `${cluster}/replicas`, { ...replica, ...fields });
  sandbox.passMs(1000);
  return String(at(made.body, "replica", "id"));
}

test("a replica is forking and hidden, then online with hosts of its own and the cluster's password", async () => {
  const made = await sandbox.send("POST", `${cluster}/replicas`, { ...replica, tags: ["read"] });
  expect([made.status, at(made.body, "replica", "status")]).toEqual([201, "forking"]);
  const path = `${cluster}/replicas/read-01`;
  sandbox.passMs(999);
  expect(await statusAndMessage("GET", path)).toEqual([404, messages.replicaNotFound]);
  expect((await sandbox.send("GET", `${cluster}/replicas`)).body["replicas"]).toEqual([]);
  sandbox.passMs(1);
  const read = await sandbox.send("GET", path);
  expect(read.body).toEqual({ replica: { ...(made.body["replica"] as object), status: "online" } });
  const database = (await sandbox.send("GET", cluster)).body["database"];
  expect(read.body["replica"]).toMatchObject({
    ...{ name: "read-01", region: "nyc3", size: "db-s-1vcpu-2gb", storage_size_mib: 30720, tags: ["read"] },
    private_network_uuid: at(database, "private_network_uuid"),
    connection: { user: "doadmin", password: at(database, "connection", "password"), port: 25060 },
  });
  const host = String(at(read.body, "replica", "connection", "host"));
  expect(host).not.toBe(at(database, "connection", "host"));
  expect(at(read.body, "replica", "private_connection", "host")).toBe(`private-${host}`);
});

test("a new replica is shown where it is set so", async () => {
  await sandbox.set({ newReplicas: "shown" });
  await sandbox.send("POST", `${cluster}/replicas`, replica);
  expect(at((await sandbox.send("GET", `${cluster}/replicas/read-01`)).body, "replica", "status")).toBe("forking");
});

test("goes to the VPC named, is a member there, and leaves it with its cluster", async () => {
  const id = await createReplica({ private_network_uuid: givenVpcId });
  const members = async (): Promise<unknown> =>
    at((await sandbox.send("GET", `/v2/vpcs/${givenVpcId}/members`)).body, "members", 0, "urn");
  expect(await members()).toBe(`do:dbaas:${id}`);
  expect((await sandbox.send("DELETE", cluster)).status).toBe(204);
  expect((await sandbox.send("GET", `/v2/databases/${id}/firewall`)).status).toBe(404);
  expect(await members()).toBe(`do:dbaas:${id}`);
  sandbox.passMs(1000);
  expect(await members()).toBeUndefined();
});

test("has a firewall of its own, and grows, under its id", async () => {
  const id = await createReplica();
  const rules = [{ type: "ip_addr", value: "192.0.2.1" }];
  expect((await sandbox.send("PUT", `/v2/databases/${id}/firewall`, { rules })).status).toBe(204);
  expect(at((await sandbox.send("GET", `/v2/databases/${id}/firewall`)).body, "rules", 0)).toMatchObject({
    cluster_uuid: id,
    value: "192.0.2.1",
  });
  expect((await sandbox.send("GET", `${cluster}/firewall`)).body["rules"]).toEqual([]);
  const resize = `/v2/databases/${id}/resize`;
  expect((await sandbox.send("PUT", resize, { size: "db-s-2vcpu-4gb", num_nodes: 1 })).status).toBe(202);
  const read = async (): Promise<unknown> => (await sandbox.send("GET", `${cluster}/replicas/read-01`)).body["replica"];
  expect(await read()).toMatchObject({ status: "resizing", size: "db-s-2vcpu-4gb", storage_size_mib: 61440 });
  expect(await statusAndMessage("PUT", resize, { size: "db-s-2vcpu-4gb", num_nodes: 1 })).toEqual([
    412,
    messages.notOnline,
  ]);
  sandbox.passMs(1000);
  expect(await read()).toMatchObject({ status: "online" });
  expect(await statusAndMessage("PUT", resize, { size: "db-s-1vcpu-2gb", num_nodes: 1 })).toEqual([
    422,
    messages.replicaSize,
  ]);
  expect(await statusAndMessage("PUT", resize, { size: "db-s-2vcpu-4gb", num_nodes: 2 })).toEqual([
    422,
    messages.nodeCount,
  ]);
});

test("loses a tag that is deleted", async () => {
  await createReplica({ tags: ["read"] });
  expect(at((await sandbox.send("GET", "/v2/tags/read")).body, "tag", "resources", "databases", "count")).toBe(1);
  expect((await sandbox.send("DELETE", "/v2/tags/read")).status).toBe(204);
  expect(at((await sandbox.send("GET", `${cluster}/replicas/read-01`)).body, "replica", "tags")).toBeNull();
});

test("is deleted once", async () => {
  await createReplica();
  expect((await sandbox.send("DELETE", `${cluster}/replicas/read-01`)).status).toBe(204);
  expect((await sandbox.send("DELETE", `${cluster}/replicas/read-01`)).status).toBe(404);
});

describe("refusals", () => {
  test.each([
    ["no name", { name: "" }, messages.clusterName],
    ["the name of a cluster", { name: "dev-postgres" }, messages.clusterNameTaken],
    ["no size", { size: "" }, messages.size],
    ["a size smaller than the cluster's", { size: "db-s-1vcpu-1gb" }, messages.replicaSize],
    ["an unknown region", { region: "mars1" }, messages.region],
    ["a VPC of another region", { region: "fra1", private_network_uuid: givenVpcId }, messages.privateNetworkRegion],
    ["a storage smaller than the cluster's", { storage_size_mib: 1024 }, messages.storage],
  ])("%s", async (_what, fields, message) => {
    expect(await statusAndMessage("POST", `${cluster}/replicas`, { ...replica, ...fields })).toEqual([422, message]);
  });

  test("a name that is taken by one that is not shown yet", async () => {
    await sandbox.send("POST", `${cluster}/replicas`, replica);
    expect(await statusAndMessage("POST", `${cluster}/replicas`, replica)).toEqual([422, messages.clusterNameTaken]);
  });

  test("replicas of mongodb and of valkey", async () => {
    for (const fields of [
      { engine: "mongodb", version: "7.0" },
      { engine: "valkey", version: "8" },
    ]) {
      const other = `/v2/databases/${await sandbox.onlineCluster({ size: "db-s-1vcpu-2gb", ...fields })}`;
      expect(await statusAndMessage("POST", `${other}/replicas`, replica)).toEqual([422, messages.unsupported]);
    }
  });

  test("a replica of a cluster that is not online", async () => {
    const created = await sandbox.createCluster({ name: "other", size: "db-s-1vcpu-2gb" });
    const path = `/v2/databases/${stringField(created, "id")}/replicas`;
    expect((await sandbox.send("POST", path, replica)).status).toBe(412);
  });
});
