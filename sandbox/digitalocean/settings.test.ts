import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { secondToken } from "./accounts.js";
import { messages } from "./messages.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox, smallCluster } from "./test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
});
afterEach(() => sandbox.close());

async function read(id: string, part = ""): Promise<unknown> {
  const { body } = await sandbox.send("GET", `/v2/databases/${id}${part}`);
  return part === "" ? body["database"] : body;
}

describe("a cluster name that is in use", () => {
  test("is allowed", async () => {
    await sandbox.createCluster();
    expect((await sandbox.send("POST", "/v2/databases", smallCluster)).status).toBe(201);
  });

  test("is refused until the other cluster is gone, and in its own account only", async () => {
    await sandbox.set({ duplicateClusterNames: "refused" });
    const id = String((await sandbox.createCluster())["id"]);
    const response = await sandbox.send("POST", "/v2/databases", smallCluster);
    expect([response.status, response.body["message"]]).toEqual([422, messages.clusterNameTaken]);
    expect((await sandbox.send("POST", "/v2/databases", smallCluster, secondToken)).status).toBe(201);
    await sandbox.send("DELETE", `/v2/databases/${id}`);
    expect((await sandbox.send("POST", "/v2/databases", smallCluster)).status).toBe(201);
  });
});

describe("the form of autoscaling", () => {
  const storage = { enabled: true, threshold_percent: 80, increment_gib: 20 };

  test.each([
    ["both", { autoscale: { storage }, storage_autoscale: storage }, { autoscale: { storage }, storage }],
    ["document", { autoscale: { storage } }, { autoscale: { storage } }],
    ["godo", { storage_autoscale: storage }, { storage }],
  ] as const)("%s", async (autoscaleForm, fields, response) => {
    await sandbox.set({ autoscaleForm });
    const created = await sandbox.createCluster({ storage_autoscale: storage });
    const id = String(created["id"]);
    for (const cluster of [created, await read(id)]) {
      const shown = [at(cluster, "autoscale"), at(cluster, "storage_autoscale")];
      expect(shown).toEqual([Object(fields).autoscale, Object(fields).storage_autoscale]);
    }
    expect(await read(id, "/autoscale")).toEqual(response);
  });
});

describe("autoscaling that is off", () => {
  const filled = { enabled: false, threshold_percent: 80, increment_gib: 10 };

  test.each([
    [false, undefined, undefined, { enabled: false }],
    [false, { enabled: false }, { enabled: false }, { enabled: false }],
    [true, undefined, filled, filled],
    [true, { enabled: false }, filled, filled],
  ])("autoscaleDefaults %s, created with %j", async (autoscaleDefaults, asked, shown, response) => {
    await sandbox.set({ autoscaleDefaults });
    const id = await sandbox.onlineCluster(asked === undefined ? {} : { storage_autoscale: asked });
    expect(at(await read(id), "storage_autoscale")).toEqual(shown);
    expect(at(await read(id, "/autoscale"), "storage")).toEqual(response);
  });

  test("autoscaleDefaults leaves what is on, and engines without storage", async () => {
    await sandbox.set({ autoscaleDefaults: true });
    const on = await sandbox.onlineCluster({ storage_autoscale: { enabled: true } });
    expect(at(await read(on), "storage_autoscale")).toEqual({ enabled: true });
    const valkey = await sandbox.onlineCluster({ engine: "valkey", version: "8" });
    expect(at(await read(valkey), "storage_autoscale")).toBeUndefined();
  });
});

describe("autoscaling below its minima", () => {
  const zeros = { threshold_percent: 0, increment_gib: 0 };
  const { autoscaleThreshold, autoscaleIncrement } = messages;

  test.each([
    [false, { enabled: true, ...zeros }, undefined],
    [false, { enabled: false, ...zeros }, undefined],
    [false, { enabled: false, threshold_percent: 14 }, autoscaleThreshold],
    [true, { enabled: true, ...zeros }, autoscaleThreshold],
    [true, { enabled: false, ...zeros }, autoscaleThreshold],
    [true, { enabled: false, threshold_percent: 15, increment_gib: 0 }, autoscaleIncrement],
    [true, { enabled: false }, undefined],
    [true, { enabled: true, threshold_percent: 15, increment_gib: 10 }, undefined],
  ])("autoscaleMinima %s, %j: %s", async (autoscaleMinima, asked, refusal) => {
    await sandbox.set({ autoscaleMinima });
    const made = await sandbox.send("POST", "/v2/databases", { ...smallCluster, storage_autoscale: asked });
    expect([made.status, made.body["message"]]).toEqual([refusal === undefined ? 201 : 422, refusal]);
    const id = await sandbox.onlineCluster();
    const changed = await sandbox.send("PUT", `/v2/databases/${id}/autoscale`, { storage: asked });
    expect([changed.status, changed.body["message"]]).toEqual([refusal === undefined ? 204 : 422, refusal]);
  });
});
