import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../kit/base/json-fields.js";
import { secondProjectId } from "./state.js";
import { at, clustersPath, openTidbSandbox, smallCluster, type TidbSandbox } from "./test-tidbcloud.js";

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

async function read(path: string): Promise<JsonObject> {
  return (await sandbox.send("GET", path)).body;
}

async function outcome(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const response = await sandbox.send(method, path, body);
  return [response.status, at(response.body, "code")];
}

const rename = { updateMask: "displayName", cluster: { displayName: "renamed" } };

describe("fields until a cluster is ready", () => {
  test.each<[string, object | undefined, string | undefined]>([
    ["empty", { public: { host: "", port: 0 }, private: { host: "", port: 0 } }, ""],
    ["absent", undefined, undefined],
    ["object", { public: {}, private: {} }, undefined],
  ])("%s", async (creatingFields, endpoints, prefix) => {
    await sandbox.set({ creatingFields });
    const made = await sandbox.create();
    expect(made["userPrefix"]).toBe(prefix);
    if (endpoints === undefined) expect(made).not.toHaveProperty("endpoints");
    else expect(made["endpoints"]).toMatchObject(endpoints);
    sandbox.passMs(1000);
    expect(at(await read(`${clustersPath}/${made["clusterId"]}`), "endpoints", "public", "port")).toBe(4000);
  });

  test("late: ACTIVE comes first", async () => {
    await sandbox.set({ lateFieldsMs: 500 });
    const path = await sandbox.ready();
    expect(await read(path)).toMatchObject({ state: "ACTIVE", userPrefix: "", endpoints: { public: { host: "" } } });
    sandbox.passMs(500);
    expect(at(await read(path), "userPrefix")).toMatch(/^\w{15}$/);
  });

  test("sparse: no spending limit of 0, no disabled, no private endpoint", async () => {
    await sandbox.set({ fields: "sparse" });
    const cluster = await read(await sandbox.ready());
    expect(cluster["spendingLimit"]).toEqual({});
    expect(Object.keys(Object(cluster["endpoints"]))).toEqual(["public"]);
    expect(at(cluster, "endpoints", "public")).not.toHaveProperty("disabled");
  });
});

test.each(["INACTIVE", "DELETED"])("a creation can end in %s", async (createEndsIn) => {
  await sandbox.set({ createEndsIn });
  expect(at(await read(await sandbox.ready()), "state")).toBe(createEndsIn);
});

test("unknown fields and an unknown state", async () => {
  await sandbox.set({ unknownFields: true, unknownState: true });
  const made = await sandbox.create();
  expect([made["state"], at(made, "usage", "requestUnit")]).toEqual(["CREATING", "0"]);
  sandbox.passMs(500);
  expect(at(await read(`${clustersPath}/${made["clusterId"]}`), "state")).toBe("PREPARING");
  sandbox.passMs(500);
  expect(at(await read(`${clustersPath}/${made["clusterId"]}`), "state")).toBe("ACTIVE");
});

test("the view of a request that names none", async () => {
  const path = await sandbox.ready();
  expect(await read(path)).toHaveProperty("spendingLimit");
  await sandbox.set({ omittedView: "BASIC" });
  expect(await read(path)).not.toHaveProperty("spendingLimit");
});

test("names in use: allowed, or 409 for create and rename", async () => {
  await sandbox.create();
  const path = await sandbox.ready({ displayName: "other-db" });
  await sandbox.create();
  await sandbox.set({ duplicateNames: "refused" });
  expect(await outcome("POST", clustersPath, smallCluster)).toEqual([409, 6]);
  expect(await outcome("PATCH", path, { ...rename, cluster: { displayName: "dev-db" } })).toEqual([409, 6]);
  expect((await outcome("PATCH", path, { ...rename, cluster: { displayName: "other-db" } }))[0]).toBe(200);
});

test("labels: dropped at create, merged or replaced by PATCH", async () => {
  await sandbox.set({ createKeepsLabels: false });
  const path = await sandbox.ready({ labels: { a: "1", "tidb.cloud/project": secondProjectId } });
  const labels = async (): Promise<object> => {
    const { "tidb.cloud/organization": _, ...others } = Object(at(await read(path), "labels"));
    return others;
  };
  const project = { "tidb.cloud/project": secondProjectId };
  expect(await labels()).toEqual(project);
  for (const own of [{ a: "1" }, { b: "2" }])
    await sandbox.send("PATCH", path, { updateMask: "labels", cluster: { labels: own } });
  expect(await labels()).toEqual({ a: "1", b: "2", ...project });
  await sandbox.set({ labelUpdate: "replace" });
  await sandbox.send("PATCH", path, { updateMask: "labels", cluster: { labels: { c: "3" } } });
  expect(await labels()).toEqual({ c: "3", ...project });
});

test("masks of several paths", async () => {
  const path = await sandbox.ready();
  const patch = {
    updateMask: "displayName,endpoints.public.disabled",
    cluster: { displayName: "renamed", endpoints: { public: { disabled: true } } },
  };
  expect((await outcome("PATCH", path, patch))[0]).toBe(200);
  await sandbox.set({ commaMasks: "refused" });
  expect(await outcome("PATCH", path, patch)).toEqual([400, 3]);
});

test("changes while a cluster is CREATING", async () => {
  const path = `${clustersPath}/${(await sandbox.create())["clusterId"]}`;
  const password = { password: "long-enough" };
  expect(await outcome("PATCH", path, rename)).toEqual([400, 9]);
  expect(await outcome("PUT", `${path}/password`, password)).toEqual([400, 9]);
  await sandbox.set({ changeWhileCreating: "accepted" });
  expect((await outcome("PATCH", path, rename))[0]).toBe(200);
  expect((await outcome("PUT", `${path}/password`, password))[0]).toBe(200);
});

test("a switch of the plan, there and back", async () => {
  await sandbox.set({ planSwitch: "accepted" });
  const path = await sandbox.ready();
  const scale = { updateMask: "autoScaling", cluster: { autoScaling: { minRcu: 2000, maxRcu: 4000 } } };
  expect(at((await sandbox.send("PATCH", path, scale)).body, "servicePlan")).toBe("Essential");
  sandbox.passMs(1000);
  const limit = { updateMask: "spendingLimit", cluster: { spendingLimit: { monthly: 100 } } };
  expect(at((await sandbox.send("PATCH", path, limit)).body, "servicePlan")).toBe("Starter");
});

test("classes of a password's characters", async () => {
  await sandbox.set({ passwordClasses: true });
  const path = `${await sandbox.ready()}/password`;
  for (const [password, status] of [
    ["lowercase1", 400],
    ["UPPERCASE1", 400],
    ["NoDigitHere", 400],
    ["Good1234", 200],
  ] as const)
    expect([password, (await outcome("PUT", path, { password }))[0]]).toEqual([password, status]);
});

test("an unknown project", async () => {
  const body = { ...smallCluster, labels: { "tidb.cloud/project": "1" } };
  await sandbox.set({ unknownProject: "403/7" });
  expect(await outcome("POST", clustersPath, body)).toEqual([403, 7]);
});

describe("what happens outside the API", () => {
  test("a cluster is made, renamed, moved and removed in the console", async () => {
    const made = await sandbox.act("create-cluster", { displayName: "from-console", region: "aws-us-east-1" });
    const clusterId = String(made["clusterId"]);
    const path = `${clustersPath}/${clusterId}`;
    expect(await read(path)).toMatchObject({ displayName: "from-console", createdBy: "someone@sandbox.invalid" });
    await sandbox.act("rename-cluster", { clusterId, displayName: "renamed" });
    await sandbox.act("move-cluster", { clusterId, projectId: secondProjectId });
    expect(await read(path)).toMatchObject({
      displayName: "renamed",
      labels: { "tidb.cloud/project": secondProjectId },
    });
    await sandbox.act("remove-cluster", { clusterId });
    expect(await outcome("GET", path)).toEqual([404, 5]);
  });

  test("a cluster stays in a state until it is let go", async () => {
    const path = await sandbox.ready();
    const clusterId = path.slice(clustersPath.length + 1);
    await sandbox.act("set-state", { clusterId, state: "PAUSED" });
    sandbox.passMs(1_000_000);
    expect(at(await read(path), "state")).toBe("PAUSED");
    await sandbox.act("set-state", { clusterId, state: "none" });
    expect(at(await read(path), "state")).toBe("ACTIVE");
  });

  test("actions that cannot be done are refused and change nothing", async () => {
    const clusterId = (await sandbox.ready()).slice(clustersPath.length + 1);
    for (const [name, fields, status] of [
      ["move-cluster", { clusterId, projectId: "1" }, 400],
      ["move-cluster", { clusterId: "1", projectId: secondProjectId }, 404],
      ["nonsense", {}, 404],
    ] as const)
      expect((await sandbox.admin("POST", `actions/tidbcloud/${name}`, fields)).status).toBe(status);
    expect((await sandbox.admin("POST", "actions/nobody/move-cluster", {})).status).toBe(404);
  });
});

describe("the settings' own routes", () => {
  const value = async (key: string): Promise<unknown> =>
    at((await sandbox.admin("GET", "settings")).body, "settings", "tidbcloud", key, "value");

  test("settings are listed, set as values or strings, put back, and outlive a restart", async () => {
    expect(at((await sandbox.admin("GET", "settings")).body, "settings", "tidbcloud", "nonceUse")).toMatchObject({
      value: "unique",
      preset: "unique",
      form: 'one of "unique", "rising", "once", "any"',
    });
    await sandbox.set({ freeClusters: "7", digestOpaque: "true", nonceUse: "any" });
    await sandbox.restart();
    expect([await value("freeClusters"), await value("digestOpaque"), await value("nonceUse")]).toEqual([
      7,
      true,
      "any",
    ]);
    await sandbox.set({ freeClusters: null });
    expect(await value("freeClusters")).toBe(5);
    await sandbox.admin("DELETE", "settings/tidbcloud");
    expect(await value("nonceUse")).toBe("unique");
  });

  test("a wrong one is refused with all that came with it", async () => {
    for (const values of [
      { nonsense: 1 },
      { freeClusters: -1 },
      { freeClusters: 1.5 },
      { freeClusters: "many" },
      { digestOpaque: "yes" },
      { nonceUse: "twice" },
      { toString: "x" },
    ])
      expect((await sandbox.admin("PUT", "settings/tidbcloud", { lateFieldsMs: 9, ...values })).status).toBe(422);
    expect(await value("lateFieldsMs")).toBe(0);
    expect((await sandbox.admin("PUT", "settings/nobody", {})).status).toBe(404);
  });

  test("a reset of the sandbox puts them back", async () => {
    await sandbox.set({ freeClusters: 7 });
    await sandbox.admin("POST", "reset");
    expect(await value("freeClusters")).toBe(5);
  });

  test("the clock can be moved on", async () => {
    const path = `${clustersPath}/${(await sandbox.create())["clusterId"]}`;
    expect((await sandbox.admin("POST", "clock", { passMs: 1000 })).body).toEqual({ aheadMs: 1000 });
    expect(at(await read(path), "state")).toBe("ACTIVE");
    await sandbox.restart();
    expect(at(await read(path), "state")).toBe("ACTIVE");
    expect((await sandbox.admin("POST", "clock", { passMs: -1 })).status).toBe(422);
  });
});
