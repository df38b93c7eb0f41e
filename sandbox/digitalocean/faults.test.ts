import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringField } from "../kit/base/json-fields.js";
import { sandboxFiles } from "../kit/base/sandbox-files.js";
import { readLog } from "../kit/client/sandbox-client.js";
import { defaultToken } from "./accounts.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox, smallCluster } from "./test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
});
afterEach(() => sandbox.close());

async function clusters(): Promise<unknown> {
  return at((await sandbox.send("GET", "/v2/databases")).body, "meta", "total");
}

test("a status fault responds in the vendor's form, does nothing, and is counted", async () => {
  await sandbox.admin("POST", "faults", {
    method: "POST",
    path: "/v2/databases",
    status: 503,
    retryAfterSeconds: 2,
    count: 2,
  });
  for (let turn = 0; turn < 2; turn += 1) {
    const response = await sandbox.send("POST", "/v2/databases", smallCluster);
    expect([response.status, response.body["id"], response.headers.get("retry-after")]).toEqual([
      503,
      "service_unavailable",
      "2",
    ]);
  }
  expect(await clusters()).toBe(0);
  expect((await sandbox.send("POST", "/v2/databases", smallCluster)).status).toBe(201);
});

test("a fault strikes its method and path only, after those it lets pass", async () => {
  const id = await sandbox.onlineCluster();
  await sandbox.admin("POST", "faults", { method: "get", path: "/v2/databases/*", status: 500, skip: 1 });
  expect((await sandbox.send("GET", "/v2/databases")).status).toBe(200);
  expect((await sandbox.send("PUT", `/v2/databases/${id}/maintenance`, { day: "monday", hour: "10:00" })).status).toBe(
    204,
  );
  expect((await sandbox.send("GET", `/v2/databases/${id}/firewall`)).status).toBe(200);
  const statuses = [];
  for (let turn = 0; turn < 3; turn += 1) statuses.push((await sandbox.send("GET", `/v2/databases/${id}`)).status);
  expect(statuses).toEqual([200, 500, 200]);
});

test("a reset drops the connection without an effect, a lost response with it", async () => {
  await sandbox.admin("POST", "faults", { method: "POST", path: "/v2/databases", reset: true });
  await expect(sandbox.send("POST", "/v2/databases", smallCluster)).rejects.toThrow();
  expect(await clusters()).toBe(0);
  await sandbox.admin("POST", "faults", { method: "POST", path: "/v2/databases", dropResponse: true });
  await expect(sandbox.send("POST", "/v2/databases", smallCluster)).rejects.toThrow();
  expect(await clusters()).toBe(1);
});

test("a delay holds the response back", async () => {
  await sandbox.admin("POST", "faults", { path: "/v2/account", delayMs: 150 });
  const before = performance.now();
  expect((await sandbox.send("GET", "/v2/account")).status).toBe(200);
  expect(performance.now() - before).toBeGreaterThanOrEqual(145);
});

test("a neverReady creation never gets online", async () => {
  await sandbox.admin("POST", "faults", { method: "POST", path: "/v2/databases", neverReady: true });
  const id = stringField(await sandbox.createCluster(), "id");
  sandbox.passMs(1_000_000_000);
  expect(at((await sandbox.send("GET", `/v2/databases/${id}`)).body, "database", "status")).toBe("creating");
});

test("faults are listed, cleared, and refused without an effect", async () => {
  const added = await sandbox.admin("POST", "faults", { status: 429 });
  const id = String(at(added.body, "fault", "id"));
  expect(at((await sandbox.admin("GET", "faults")).body, "faults", 0)).toMatchObject({ id, status: 429, count: 1 });
  expect((await sandbox.admin("DELETE", `faults/${id}`)).body).toEqual({ removed: 1 });
  expect((await sandbox.admin("DELETE", `faults/${id}`)).status).toBe(404);
  for (const body of [{ path: "/v2" }, { status: 200 }, { status: 500, count: 0 }, { delayMs: -1 }])
    expect((await sandbox.admin("POST", "faults", body)).status).toBe(422);
});

test("the sandbox's own routes need its own token", async () => {
  for (const token of [undefined, defaultToken]) {
    const response = await sandbox.call({
      method: "GET",
      path: "/_sandbox/status",
      ...(token === undefined ? {} : { token }),
    });
    expect(response.status).toBe(401);
  }
});

test("objects, states in time and faults outlive a restart", async () => {
  const id = stringField(await sandbox.createCluster(), "id");
  const created = (await sandbox.send("GET", `/v2/databases/${id}`)).body;
  await sandbox.admin("POST", "faults", { path: "/v2/account", status: 500 });
  await sandbox.restart();
  expect((await sandbox.send("GET", `/v2/databases/${id}`)).body).toEqual(created);
  sandbox.passMs(1000);
  expect(at((await sandbox.send("GET", `/v2/databases/${id}`)).body, "database", "status")).toBe("online");
  expect((await sandbox.send("GET", "/v2/account")).status).toBe(500);
});

test("a reset of the sandbox leaves the first state, no faults and no log", async () => {
  await sandbox.createCluster({ tags: ["a"] });
  await sandbox.admin("POST", "faults", { path: "/v2/account", status: 500 });
  expect((await sandbox.admin("POST", "reset")).status).toBe(200);
  expect(readLog(sandbox.home)).toEqual([]);
  expect((await sandbox.send("GET", "/v2/account")).status).toBe(200);
  expect(await clusters()).toBe(0);
  expect(at((await sandbox.send("GET", "/v2/vpcs")).body, "meta", "total")).toBe(1);
});

test("a file that is no state of this version is an error, not an empty sandbox", async () => {
  writeFileSync(join(sandboxFiles(sandbox.home).data, "digitalocean.json"), '{"version":99}');
  await expect(sandbox.restart()).rejects.toMatchObject({ code: "E_SANDBOX" });
});

test("the log contains what came in, and no secret", async () => {
  const created = await sandbox.createCluster();
  const password = String(at(created, "connection", "password"));
  await sandbox.send("POST", "/v2/tags", { name: "a", password: "marker-one", uri: "https://user:marker-two@host/" });
  const text = readFileSync(sandboxFiles(sandbox.home).requestLog, "utf8");
  for (const secret of [password, defaultToken, "marker-one", "marker-two"]) expect(text).not.toContain(secret);
  expect(readLog(sandbox.home)[0]).toMatchObject({
    vendor: "digitalocean",
    method: "POST",
    path: "/v2/databases",
    status: 201,
    request: { name: "dev-postgres" },
  });
});

test("every file is readable by its owner only", async () => {
  await sandbox.createCluster();
  const { folder } = sandboxFiles(sandbox.home);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    expect([entry.name, mode.toString(8)]).toEqual([entry.name, entry.isDirectory() ? "700" : "600"]);
  }
});

test("broken bodies and unknown paths get errors in the vendor's form", async () => {
  const { port } = JSON.parse(readFileSync(sandboxFiles(sandbox.home).record, "utf8"));
  const headers = { authorization: `Bearer ${defaultToken}` };
  const post = async (body: string): Promise<readonly unknown[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/v2/databases`, { method: "POST", headers, body });
    return [response.status, at(await response.json(), "id")];
  };
  expect(await post("{")).toEqual([400, "bad_request"]);
  expect(await post("[]")).toEqual([400, "bad_request"]);
  expect((await post(`{"name":"${"x".repeat(2_000_000)}"}`))[0]).toBe(413);
  const unknown = await sandbox.send("GET", "/v2/droplets");
  expect([unknown.status, unknown.body["id"]]).toEqual([404, "not_found"]);
  expect((await sandbox.call({ method: "GET", path: "/elsewhere" })).status).toBe(404);
});

test("many requests at once are each done whole", async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => sandbox.createCluster({ name: `db-${index}` })));
  await sandbox.restart();
  expect(await clusters()).toBe(40);
});
