import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { objectField, stringField } from "../../kit/base/json-fields.js";
import { defaultAccount, readOnlyToken, secondToken } from "../accounts.js";
import { messages } from "../messages.js";
import { givenVpcId } from "../state.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox, smallCluster } from "../test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
});
afterEach(() => sandbox.close());

async function database(id: string, token?: string): Promise<unknown> {
  const response = await sandbox.send("GET", `/v2/databases/${id}`, undefined, token);
  expect(response.status).toBe(200);
  return response.body["database"];
}

describe("creation", () => {
  test("returns 201 creating, and is online when its time has passed", async () => {
    const response = await sandbox.send("POST", "/v2/databases", smallCluster);
    expect(response.status).toBe(201);
    const created = objectField(response.body, "database") ?? {};
    expect(created).toMatchObject({
      name: "dev-postgres",
      engine: "pg",
      version: "16",
      status: "creating",
      num_nodes: 1,
      size: "db-s-1vcpu-1gb",
      region: "nyc3",
      created_at: "2026-01-02T03:04:05Z",
      storage_size_mib: 10240,
      tags: null,
      rules: [],
      project_id: defaultAccount.defaultProjectId,
      connection: { protocol: "postgresql", database: "defaultdb", port: 25060, user: "doadmin", ssl: true },
    });
    const id = stringField(created, "id");
    sandbox.passMs(999);
    expect(at(await database(id), "status")).toBe("creating");
    sandbox.passMs(1);
    expect(await database(id)).toMatchObject({
      status: "online",
      db_names: ["defaultdb"],
      users: [{ name: "doadmin", role: "primary" }],
      maintenance_window: { hour: expect.stringMatching(/^\d\d:\d\d:\d\d$/) },
    });
  });

  test("goes to the region's default VPC, or to the one named", async () => {
    const first = await sandbox.createCluster();
    const second = await sandbox.createCluster();
    expect(first["private_network_uuid"]).toBe(second["private_network_uuid"]);
    const vpc = await sandbox.send("GET", `/v2/vpcs/${String(first["private_network_uuid"])}`);
    expect(vpc.body["vpc"]).toMatchObject({ default: true, region: "nyc3" });
    const third = await sandbox.createCluster({ private_network_uuid: givenVpcId });
    expect(third["private_network_uuid"]).toBe(givenVpcId);
  });

  test("passwords and hosts of two clusters of one name differ", async () => {
    const [one, other] = [await sandbox.createCluster(), await sandbox.createCluster()];
    for (const path of [
      ["connection", "password"],
      ["connection", "host"],
    ] as const)
      expect(at(one, ...path)).not.toBe(at(other, ...path));
    expect(at((await sandbox.send("GET", "/v2/databases")).body, "databases", "length")).toBeUndefined();
    expect(at((await sandbox.send("GET", "/v2/databases")).body, "meta", "total")).toBe(2);
  });

  const uris = [
    [
      "pg",
      "16",
      1,
      "db-s-1vcpu-2gb",
      /^postgresql:\/\/doadmin:AVNS_[\w-]{19}@[\w.-]+:25060\/defaultdb\?sslmode=require$/,
    ],
    [
      "mysql",
      "8",
      1,
      "db-s-1vcpu-2gb",
      /^mysql:\/\/doadmin:AVNS_[\w-]{19}@[\w.-]+:25060\/defaultdb\?ssl-mode=REQUIRED$/,
    ],
    ["mongodb", "7.0", 1, "db-s-1vcpu-2gb", /^mongodb\+srv:\/\/doadmin:AVNS_[\w-]{19}@[\w.-]+\/admin\?/],
    ["valkey", "8", 1, "db-s-1vcpu-2gb", /^rediss:\/\/default:AVNS_[\w-]{19}@[\w.-]+:25061$/],
    ["kafka", "3.8", 3, "db-s-2vcpu-2gb", /^kafka:\/\/doadmin:AVNS_[\w-]{19}@[\w.-]+:25080$/],
    ["opensearch", "2", 1, "db-s-1vcpu-2gb", /^https:\/\/doadmin:AVNS_[\w-]{19}@[\w.-]+:25060$/],
  ] as const;
  test.each(
    uris,
  )("%s %s is reached by its engine's URI, also inside its VPC", async (engine, version, nodes, size, uri) => {
    const created = await sandbox.createCluster({ engine, version, num_nodes: nodes, size });
    for (const key of ["connection", "private_connection"]) {
      expect(at(created, key, "uri")).toMatch(uri);
      const parsed = new URL(String(at(created, key, "uri")));
      expect(parsed.hostname).toBe(at(created, key, "host"));
    }
    expect(at(created, "private_connection", "host")).toBe(`private-${String(at(created, "connection", "host"))}`);
    expect(at(created, "ui_connection", "port")).toBe(engine === "opensearch" ? 443 : undefined);
  });

  test("MongoDB's password is in the response of the creation only", async () => {
    const created = await sandbox.createCluster({ engine: "mongodb", version: "7.0", size: "db-s-1vcpu-2gb" });
    expect(at(created, "connection", "password")).toMatch(/^AVNS_/);
    const read = await database(stringField(created, "id"));
    expect(at(read, "connection", "password")).toBe("");
    expect(JSON.stringify(read)).not.toContain(String(at(created, "connection", "password")));
  });

  test("makes missing tags, takes rules, autoscaling and storage", async () => {
    const created = await sandbox.createCluster({
      size: "db-s-4vcpu-8gb",
      num_nodes: 3,
      tags: ["env:dev", "team-a"],
      rules: [
        { type: "ip_addr", value: "10.0.0.0/20", uuid: "", cluster_uuid: "", created_at: "0001-01-01T00:00:00Z" },
      ],
      storage_size_mib: 204800,
      storage_autoscale: { enabled: true, threshold_percent: 80, increment_gib: 10 },
    });
    expect(created).toMatchObject({
      tags: ["env:dev", "team-a"],
      rules: [{ type: "ip_addr", value: "10.0.0.0/20" }],
      storage_size_mib: 204800,
      storage_autoscale: { enabled: true, threshold_percent: 80, increment_gib: 10 },
      standby_connection: { port: 25060 },
    });
    expect(at((await sandbox.send("GET", "/v2/tags")).body, "meta", "total")).toBe(2);
  });

  test("a restore forks an existing cluster of the same engine", async () => {
    await sandbox.onlineCluster({ name: "source" });
    const forked = await sandbox.createCluster({ backup_restore: { database_name: "source" } });
    expect(forked["status"]).toBe("forking");
  });
});

describe("refusals of a creation", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ["name with _", { name: "dev_postgres" }, messages.clusterName],
    ["no name", { name: "" }, messages.clusterName],
    ["unknown engine", { engine: "postgres" }, messages.engine],
    ["redis", { engine: "redis", version: "7" }, messages.redisEnded],
    ["unknown version", { version: "11" }, messages.engineVersion],
    ["unknown region", { region: "nyc9" }, messages.region],
    ["region without the engine", { engine: "valkey", version: "8", region: "nyc2" }, messages.region],
    ["unknown size", { size: "db-s-2vcpu-25gb" }, messages.size],
    ["size without that node count", { num_nodes: 3 }, messages.size],
    ["no nodes", { num_nodes: 0 }, messages.nodeCount],
    ["4 nodes", { num_nodes: 4 }, messages.nodeCount],
    ["mongodb with 2 nodes", { engine: "mongodb", version: "7.0", num_nodes: 2 }, messages.nodeCount],
    ["kafka with 1 node", { engine: "kafka", version: "3.8", size: "db-s-2vcpu-2gb" }, messages.nodeCount],
    ["too little storage", { storage_size_mib: 1024 }, messages.storage],
    ["storage of valkey", { engine: "valkey", version: "8", storage_size_mib: 61440 }, messages.storage],
    ["VPC id of no form", { private_network_uuid: "vpc-12345678" }, messages.privateNetwork],
    ["unknown VPC", { private_network_uuid: "00000000-0000-4000-8000-000000000000" }, messages.privateNetworkMissing],
    ["VPC elsewhere", { region: "fra1", private_network_uuid: givenVpcId }, messages.privateNetworkRegion],
    ["bad project", { project_id: "mine" }, messages.projectId],
    ["bad tag after a good one", { tags: ["good", "a=b"] }, messages.tag],
    ["unknown restore source", { backup_restore: { database_name: "gone" } }, messages.backupSource],
    ["bad autoscaling", { storage_autoscale: { enabled: true, threshold_percent: 5 } }, messages.autoscaleThreshold],
  ];
  test.each(cases)("%s: 422, and nothing is made", async (_, fields, message) => {
    const response = await sandbox.send("POST", "/v2/databases", { ...smallCluster, ...fields });
    expect(response.status).toBe(422);
    expect(response.body).toEqual({
      id: "unprocessable_entity",
      message,
      request_id: response.headers.get("x-request-id"),
    });
    const status = await sandbox.admin("GET", "status");
    expect(at(status.body, "objects", "digitalocean")).toEqual({ databases: 0, vpcs: 0, tags: 0 });
    expect(at((await sandbox.send("GET", "/v2/vpcs")).body, "meta", "total")).toBe(1);
  });
});

describe("accounts", () => {
  test("no token, a wrong one and another scheme: 401", async () => {
    for (const token of [undefined, `dop_v1_${"00".repeat(32)}`, ""]) {
      const response = await sandbox.call({
        method: "GET",
        path: "/v2/databases",
        ...(token === undefined ? {} : { token }),
      });
      expect(response.status).toBe(401);
      expect(response.body).toMatchObject({ id: "unauthorized", message: "Unable to authenticate you" });
    }
  });

  test("each account sees its own clusters only", async () => {
    const id = await sandbox.onlineCluster();
    for (const method of ["GET", "DELETE"]) {
      const response = await sandbox.send(method, `/v2/databases/${id}`, undefined, secondToken);
      expect(response.status).toBe(404);
      expect(response.body).toMatchObject({ id: "not_found", message: messages.clusterNotFound });
    }
    expect(at((await sandbox.send("GET", "/v2/databases", undefined, secondToken)).body, "databases")).toEqual([]);
  });

  test("a read-only token reads without secrets, writes nothing and knows no account", async () => {
    const id = await sandbox.onlineCluster();
    const password = String(at(await database(id), "connection", "password"));
    const read = await database(id, readOnlyToken);
    expect(JSON.stringify(read)).not.toContain(password);
    expect(at(read, "connection", "host")).not.toBe("");
    for (const [method, path] of [
      ["GET", "/v2/account"],
      ["POST", "/v2/databases"],
      ["DELETE", `/v2/databases/${id}`],
    ] as const) {
      const response = await sandbox.send(method, path, method === "POST" ? smallCluster : undefined, readOnlyToken);
      expect([response.status, response.body["id"]]).toEqual([403, "forbidden"]);
    }
  });

  test("the account carries the ids of user and team", async () => {
    const response = await sandbox.send("GET", "/v2/account");
    expect(response.body["account"]).toMatchObject({
      uuid: defaultAccount.uuid,
      team: { uuid: defaultAccount.teamUuid },
    });
    const other = await sandbox.send("GET", "/v2/account", undefined, secondToken);
    expect(at(other.body, "account", "team", "uuid")).not.toBe(defaultAccount.teamUuid);
  });
});

describe("lists", () => {
  test("come in pages with links and total", async () => {
    for (let count = 0; count < 5; count += 1) await sandbox.createCluster({ name: `db-${count}` });
    const second = await sandbox.send("GET", "/v2/databases?page=2&per_page=2");
    expect(at(second.body, "meta")).toEqual({ total: 5 });
    expect([at(second.body, "databases", 0, "name"), at(second.body, "databases", 1, "name")]).toEqual([
      "db-2",
      "db-3",
    ]);
    const pages = objectField(objectField(second.body, "links") ?? {}, "pages") ?? {};
    expect(Object.keys(pages).sort()).toEqual(["first", "last", "next", "prev"]);
    const next = new URL(String(pages["next"]));
    expect([next.pathname, next.searchParams.get("page"), next.searchParams.get("per_page")]).toEqual([
      "/v2/databases",
      "3",
      "2",
    ]);
    const last = await sandbox.send("GET", `${next.pathname}${next.search}`);
    expect(at(last.body, "databases", 0, "name")).toBe("db-4");
    expect(at(last.body, "links", "pages", "next")).toBeUndefined();
  });

  test("are filtered by tag, whatever its capitals", async () => {
    await sandbox.createCluster({ name: "tagged", tags: ["Prod"] });
    await sandbox.createCluster({ name: "other" });
    const found = await sandbox.send("GET", "/v2/databases?tag_name=prod");
    expect(at(found.body, "databases", 0, "name")).toBe("tagged");
    expect(at(found.body, "meta", "total")).toBe(1);
  });

  test("options name every engine with layouts and versions", async () => {
    const response = await sandbox.send("GET", "/v2/databases/options");
    expect(at(response.body, "options", "pg", "default_version")).toBe("17");
    expect(at(response.body, "options", "kafka", "layouts", 0)).toMatchObject({ num_nodes: 3 });
    expect(at(response.body, "version_availability", "pg", 3)).toMatchObject({ version: "16", default: false });
  });
});

test("every response carries the rate limit and a request id", async () => {
  const response = await sandbox.send("GET", "/v2/databases");
  for (const name of ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "x-request-id"])
    expect(response.headers.get(name)).not.toBeNull();
});

test("deleting returns 204 once, then 404", async () => {
  const id = await sandbox.onlineCluster();
  expect((await sandbox.send("DELETE", `/v2/databases/${id}`)).status).toBe(204);
  expect((await sandbox.send("DELETE", `/v2/databases/${id}`)).status).toBe(404);
});
