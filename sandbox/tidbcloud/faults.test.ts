import { afterEach, beforeEach, expect, test } from "vitest";
import { readLog } from "../kit/client/sandbox-client.js";
import { ownerKey } from "./api-keys.js";
import { at, clustersPath, openTidbSandbox, smallCluster, type TidbSandbox } from "./test-tidbcloud.js";

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

async function addFault(fault: object): Promise<void> {
  expect((await sandbox.admin("POST", "faults", fault)).status).toBe(200);
}

async function total(): Promise<unknown> {
  return at((await sandbox.send("GET", clustersPath)).body, "totalSize");
}

const post = { method: "POST", path: clustersPath };

test.each<[string, object, number | "dropped", number]>([
  ["status before the effect", { status: 500 }, 500, 0],
  ["status after the effect", { status: 500, applyThenFail: true }, 500, 1],
  ["drop before the effect", { reset: true }, "dropped", 0],
  ["drop after the effect", { dropResponse: true }, "dropped", 1],
  ["drop in the response", { truncateResponse: true }, "dropped", 1],
  ["429", { status: 429, retryAfterSeconds: 1 }, 429, 0],
])("%s strikes the request with the key, not the one for the challenge", async (_, fault, expected, left) => {
  await addFault({ ...post, ...fault });
  const outcome = await sandbox.send("POST", clustersPath, smallCluster).then(
    ({ status }) => status,
    () => "dropped",
  );
  expect(outcome).toBe(expected);
  expect(await total()).toBe(left);
});

test("a fault for probes strikes the request for the challenge and no other", async () => {
  await addFault({ ...post, probe: true, status: 503 });
  expect((await sandbox.send("GET", clustersPath)).status).toBe(200);
  expect((await sandbox.send("POST", clustersPath, smallCluster)).status).toBe(200);
  expect((await sandbox.call({ ...post, body: smallCluster })).status).toBe(503);
  expect((await sandbox.call({ ...post, body: smallCluster })).status).toBe(401);
});

test("a page of HTML from the gateway, with the trace id", async () => {
  await addFault({ status: 502, html: true });
  const response = await sandbox.send("GET", clustersPath);
  expect([response.status, response.headers.get("content-type"), response.body]).toEqual([502, "text/html", {}]);
  expect(response.text).toContain("<h1>502 Bad Gateway</h1>");
  expect(response.headers.get("x-debug-trace-id")).toMatch(/^[0-9a-f]{32}$/);
});

test("the third of a row", async () => {
  await addFault({ method: "GET", path: clustersPath, status: 503, skip: 2 });
  const statuses = [];
  for (let turn = 0; turn < 4; turn += 1) statuses.push((await sandbox.send("GET", clustersPath)).status);
  expect(statuses).toEqual([200, 200, 503, 200]);
});

test("errors of faults have the service's form", async () => {
  await addFault({ status: 500, count: 2 });
  expect((await sandbox.send("GET", clustersPath)).body).toMatchObject({ code: 13, details: [] });
  expect((await sandbox.send("GET", "/tidbcloud-iam/v1beta1/projects")).body).toMatchObject({
    code: "500",
    status: 500,
  });
});

test("neverReady: a creation, and a deletion", async () => {
  await addFault({ ...post, neverReady: true });
  const path = `${clustersPath}/${(await sandbox.create())["clusterId"]}`;
  sandbox.passMs(1_000_000_000);
  expect(at((await sandbox.send("GET", path)).body, "state")).toBe("CREATING");
  await addFault({ method: "DELETE", neverReady: true });
  await sandbox.send("DELETE", path);
  sandbox.passMs(1_000_000_000);
  expect(at((await sandbox.send("GET", path)).body, "state")).toBe("DELETING");
});

test("faults that say nothing are refused", async () => {
  for (const fault of [
    { html: true },
    { applyThenFail: true, reset: true },
    { probe: true },
    { html: true, delayMs: 1 },
  ])
    expect((await sandbox.admin("POST", "faults", fault)).status).toBe(422);
});

test("log and counts name who called, and no key", async () => {
  await sandbox.create({ rootPassword: "marker-password" });
  await sandbox.send("GET", `${clustersPath}/1`);
  const log = readLog(sandbox.home);
  expect(log.map(({ caller, status }) => [caller, status])).toEqual([
    [undefined, 401],
    ["owner", 200],
    ["owner", 404],
  ]);
  const text = JSON.stringify(log);
  for (const secret of [ownerKey.privateKey, "marker-password"]) expect(text).not.toContain(secret);
  expect((await sandbox.admin("GET", "counts")).body).toEqual({
    counts: { tidbcloud: { "": { "401": 1 }, owner: { "200": 1, "404": 1 } } },
  });
});
