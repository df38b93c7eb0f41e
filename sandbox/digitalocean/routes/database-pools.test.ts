import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readOnlyToken } from "../accounts.js";
import { messages } from "../messages.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox } from "../test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
let cluster: string;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
  cluster = `/v2/databases/${await sandbox.onlineCluster()}`;
});
afterEach(() => sandbox.close());

const pool = { name: "backend-pool", mode: "transaction", size: 10, db: "defaultdb", user: "doadmin" };

async function statusAndMessage(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const response = await sandbox.send(method, path, body);
  return [response.status, response.body["message"]];
}

test("a pool has its own port, its name for a database, and the password of its user", async () => {
  const made = await sandbox.send("POST", `${cluster}/pools`, pool);
  expect(made.status).toBe(201);
  const database = (await sandbox.send("GET", cluster)).body["database"];
  const password = String(at(database, "connection", "password"));
  const host = String(at(database, "connection", "host"));
  const connection = { host, port: 25061, database: pool.name, user: "doadmin", password, ssl: true };
  const uri = `postgresql://doadmin:${password}@${host}:25061/backend-pool?sslmode=require`;
  expect(made.body["pool"]).toMatchObject({
    ...pool,
    connection: { ...connection, uri },
    private_connection: { ...connection, host: `private-${host}` },
  });
  expect(at(made.body, "pool", "standby_connection")).toBeUndefined();
  expect((await sandbox.send("GET", `${cluster}/pools/backend-pool`)).body).toEqual(made.body);
  expect(at((await sandbox.send("GET", `${cluster}/pools`)).body, "pools", 0)).toEqual(made.body["pool"]);
  const hidden = await sandbox.send("GET", `${cluster}/pools/backend-pool`, undefined, readOnlyToken);
  expect(JSON.stringify(hidden.body)).not.toContain(password);
});

test("a pool without a user holds none, and one of several nodes leads to the standby too", async () => {
  const large = `/v2/databases/${await sandbox.onlineCluster({ size: "db-s-2vcpu-4gb", num_nodes: 2 })}`;
  const made = await sandbox.send("POST", `${large}/pools`, { ...pool, user: "" });
  expect(made.body["pool"]).toMatchObject({
    user: "",
    connection: { user: "", password: "" },
    standby_connection: { port: 25061, database: pool.name },
  });
});

test("a change replaces all but the name, and a removal frees the connections", async () => {
  await sandbox.send("POST", `${cluster}/pools`, pool);
  const path = `${cluster}/pools/backend-pool`;
  expect((await sandbox.send("PUT", path, { mode: "session", size: 22, db: "defaultdb" })).status).toBe(204);
  expect((await sandbox.send("GET", path)).body["pool"]).toMatchObject({ mode: "session", size: 22, user: "" });
  const other = { ...pool, name: "other", size: 1 };
  expect(await statusAndMessage("POST", `${cluster}/pools`, other)).toEqual([422, messages.poolSize]);
  expect((await sandbox.send("DELETE", path)).status).toBe(204);
  expect(await statusAndMessage("DELETE", path)).toEqual([404, messages.poolNotFound]);
  expect((await sandbox.send("POST", `${cluster}/pools`, other)).status).toBe(201);
});

describe("refusals", () => {
  test.each([
    ["a short name", { name: "ab" }, 422, messages.poolName],
    ["a long name", { name: "p".repeat(61) }, 422, messages.poolName],
    ["an unknown mode", { mode: "fast" }, 422, messages.poolMode],
    ["no size", { size: 0 }, 422, messages.poolSize],
    ["more than 22 connections of 1 GB", { size: 23 }, 422, messages.poolSize],
    ["no database", { db: "" }, 422, messages.databaseName],
    ["an unknown database", { db: "gone" }, 500, messages.serverError],
    ["an unknown user", { user: "gone" }, 500, messages.serverError],
  ])("%s", async (_what, fields, status, message) => {
    expect(await statusAndMessage("POST", `${cluster}/pools`, { ...pool, ...fields })).toEqual([status, message]);
    expect(at((await sandbox.send("GET", `${cluster}/pools`)).body, "meta", "total")).toBe(0);
  });

  test("a name that is taken, and references with 422 where they are set so", async () => {
    await sandbox.send("POST", `${cluster}/pools`, pool);
    expect(await statusAndMessage("POST", `${cluster}/pools`, { ...pool, size: 1 })).toEqual([
      422,
      messages.poolNameTaken,
    ]);
    await sandbox.set({ poolReferences: "refused" });
    expect(await statusAndMessage("POST", `${cluster}/pools`, { ...pool, user: "gone" })).toEqual([
      422,
      messages.userNotFound,
    ]);
  });

  test("25 connections for each GB of the node, less 3", async () => {
    const large = `/v2/databases/${await sandbox.onlineCluster({ size: "db-s-2vcpu-4gb" })}`;
    expect((await sandbox.send("POST", `${large}/pools`, { ...pool, size: 97 })).status).toBe(201);
    expect(await statusAndMessage("POST", `${large}/pools`, { ...pool, name: "one-more", size: 1 })).toEqual([
      422,
      messages.poolSize,
    ]);
  });

  test.each([
    { engine: "mysql", version: "8" },
    { engine: "valkey", version: "8" },
  ])("pools of $engine", async (fields) => {
    const other = `/v2/databases/${await sandbox.onlineCluster(fields)}`;
    for (const method of ["GET", "POST"])
      expect(await statusAndMessage(method, `${other}/pools`, method === "POST" ? pool : undefined)).toEqual([
        422,
        messages.unsupported,
      ]);
  });

  test("pools of a cluster that is not online, and of none", async () => {
    await sandbox.send("PUT", `${cluster}/resize`, { size: "db-s-1vcpu-2gb", num_nodes: 1 });
    expect((await sandbox.send("POST", `${cluster}/pools`, pool)).status).toBe(412);
    expect(await statusAndMessage("GET", "/v2/databases/none/pools")).toEqual([404, messages.clusterNotFound]);
  });
});

test("the default database cannot be deleted", async () => {
  expect(await statusAndMessage("DELETE", `${cluster}/dbs/defaultdb`)).toEqual([422, messages.databaseDefault]);
});
