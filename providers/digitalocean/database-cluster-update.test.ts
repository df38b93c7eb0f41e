import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PropertyMap, unknownValue } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import {
  basicCluster,
  type CreatedCluster,
  clusterSecrets,
  clusterTarget,
  createCluster,
  failureOfCall,
} from "./test-cluster.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

async function update(created: CreatedCluster, values: PropertyMap) {
  const { inputs } = await plugin.client.check(clusterTarget, plain(values), created.inputs);
  const diff = await plugin.client.diff(clusterTarget, { state: created.state, inputs });
  plugin.mark();
  const state = await plugin.client.update(clusterTarget, { ...created, inputs });
  const changes = plugin.sent().filter(({ method }) => method !== "GET");
  return {
    diff,
    state,
    changes: changes.map(({ method, path, body }) => [method, path.replace(created.id, "ID"), body]),
  };
}

describe("diff and update", () => {
  it("finds nothing after create, read and import", async () => {
    const created = await createCluster(plugin, {
      ...basicCluster,
      tags: ["B", "a"],
      maintenanceWindows: [{ day: "monday", hour: "03:00" }],
    });
    expect((await plugin.client.diff(clusterTarget, created)).none).toBe(true);
    const read = await plugin.client.read(clusterTarget, created.id, created);
    expect(read.state).toEqual(created.state);
    expect(read.inputs).toEqual(created.inputs);
    const imported = await plugin.client.read(clusterTarget, created.id);
    expect(imported.inputs.values).toMatchObject({ ...basicCluster, tags: ["B", "a"] });
    const { inputs, failures } = await plugin.client.check(clusterTarget, imported.inputs);
    expect(failures).toEqual([]);
    expect((await plugin.client.diff(clusterTarget, { state: imported.state, inputs })).none).toBe(true);
  });

  it.each([
    {
      from: {},
      to: { nodeCount: 2 },
      paths: ["nodeCount"],
      calls: [["PUT", "/v2/databases/ID/resize", { size: basicCluster.size, num_nodes: 2 }]],
    },
    {
      from: {},
      to: { storageSizeMib: "61440" },
      paths: ["storageSizeMib"],
      calls: [["PUT", "/v2/databases/ID/resize", { size: basicCluster.size, num_nodes: 1, storage_size_mib: 61440 }]],
    },
    {
      from: {},
      to: { region: "ams3" },
      paths: ["region"],
      calls: [["PUT", "/v2/databases/ID/migrate", { region: "ams3" }]],
    },
    { from: {}, to: { region: "NYC3" }, paths: [], calls: [] },
    {
      from: {},
      to: { version: "17" },
      paths: ["version"],
      calls: [["PUT", "/v2/databases/ID/upgrade", { version: "17" }]],
    },
    {
      from: { maintenanceWindows: [{ day: "friday", hour: "13:00" }] },
      to: { maintenanceWindows: [{ day: "friday", hour: "14:00" }] },
      paths: ["maintenanceWindows[0].hour"],
      calls: [["PUT", "/v2/databases/ID/maintenance", { day: "friday", hour: "14:00" }]],
    },
    {
      from: { engine: "valkey", version: "8", evictionPolicy: "allkeys_lru" },
      to: { engine: "redis", version: "7" },
      paths: ["evictionPolicy"],
      calls: [["PUT", "/v2/databases/ID/eviction_policy", { eviction_policy: "noeviction" }]],
    },
    {
      from: { engine: "mysql", version: "8", sqlMode: "ANSI" },
      to: { engine: "mysql", version: "8", sqlMode: "TRADITIONAL" },
      paths: ["sqlMode"],
      calls: [["PUT", "/v2/databases/ID/sql_mode", { sql_mode: "TRADITIONAL" }]],
    },
    { from: { storageAutoscale: { enabled: true } }, to: {}, paths: ["storageAutoscale"], calls: [] },
    {
      from: {},
      to: { storageAutoscale: { enabled: true, thresholdPercent: 80, incrementGib: 10 } },
      paths: ["storageAutoscale"],
      calls: [
        ["PUT", "/v2/databases/ID/autoscale", { storage: { enabled: true, threshold_percent: 80, increment_gib: 10 } }],
      ],
    },
    {
      from: {},
      to: { storageAutoscale: { enabled: false } },
      paths: ["storageAutoscale"],
      calls: [
        ["PUT", "/v2/databases/ID/autoscale", { storage: { enabled: false, threshold_percent: 0, increment_gib: 0 } }],
      ],
    },
    { from: { tags: ["a", "B"] }, to: { tags: ["b", "A"] }, paths: [], calls: [] },
    {
      from: { tags: ["old", "keep"] },
      to: { tags: ["keep", "new"] },
      paths: ["tags[0]", "tags[1]"],
      calls: [
        [
          "DELETE",
          "/v2/tags/old/resources",
          { resources: [{ resource_id: expect.any(String), resource_type: "database" }] },
        ],
        ["POST", "/v2/tags", { name: "new" }],
        [
          "POST",
          "/v2/tags/new/resources",
          { resources: [{ resource_id: expect.any(String), resource_type: "database" }] },
        ],
      ],
    },
    {
      from: { backupRestore: { databaseName: "source" } },
      to: { backupRestore: { databaseName: "other" } },
      paths: ["backupRestore.databaseName"],
      calls: [],
    },
  ])("changes $paths in place", async ({ from, to, paths, calls }) => {
    await createCluster(plugin, { ...basicCluster, name: "source" });
    const created = await createCluster(plugin, { ...basicCluster, version: "16", ...from });
    const { diff, state, changes } = await update(created, { ...basicCluster, ...to });
    expect(diff).toMatchObject({ paths, replaces: [], none: paths.length === 0 });
    expect(changes).toEqual(calls);
    expect(state.secrets).toEqual(clusterSecrets);
    const { inputs } = await plugin.client.check(clusterTarget, plain({ ...basicCluster, ...to }));
    expect((await plugin.client.diff(clusterTarget, { state, inputs })).paths).toEqual([]);
  });

  it("sends an empty SQL mode for one that is taken away", async () => {
    const mysql = { ...basicCluster, engine: "mysql", version: "8" };
    const created = await createCluster(plugin, { ...mysql, sqlMode: "ANSI" });
    plugin.mark();
    const { unfinished } = await failureOfCall(
      plugin.client.update(clusterTarget, { ...created, inputs: plain(mysql) }),
    );
    expect(plugin.sent().map(({ path, body }) => [path.split("/").at(-1), body])).toEqual([
      ["sql_mode", { sql_mode: "" }],
    ]);
    expect(unfinished?.state.values["sqlMode"]).toBeUndefined();
  });

  it.each<PropertyMap>([
    { name: "db-2" },
    { name: unknownValue },
    { engine: "mysql" },
    { privateNetworkUuid: "44444444-4444-4444-8444-444444444444" },
    { projectId: unknownValue },
  ])("replaces for %o, and deletes first because the name was given", async (to) => {
    const { state } = await createCluster(plugin, basicCluster);
    const diff = await plugin.client.diff(clusterTarget, { state, inputs: plain({ ...basicCluster, ...to }) });
    expect(diff).toMatchObject({ paths: Object.keys(to), replaces: Object.keys(to), deleteBeforeReplace: true });
  });

  it("does not delete first when the name was made", async () => {
    const { name: _name, ...nameless } = basicCluster;
    const created = await createCluster(plugin, nameless);
    const { inputs } = await plugin.client.check(
      clusterTarget,
      plain({ ...nameless, engine: "mysql" }),
      created.inputs,
    );
    const diff = await plugin.client.diff(clusterTarget, { state: created.state, inputs });
    expect(diff).toMatchObject({ replaces: ["engine"], deleteBeforeReplace: false });
  });

  it("leaves ignored changes out", async () => {
    const { state } = await createCluster(plugin, basicCluster);
    const sides = { state, inputs: plain({ ...basicCluster, nodeCount: 3 }), ignoreChanges: ["nodeCount"] };
    expect((await plugin.client.diff(clusterTarget, sides)).none).toBe(true);
  });

  it("previews an update with what stays known", async () => {
    const created = await createCluster(plugin, basicCluster);
    const inputs = plain({ ...basicCluster, size: "db-s-2vcpu-4gb" });
    const preview = await plugin.client.update(clusterTarget, { ...created, inputs }, true);
    expect(preview.values).toEqual({ ...created.state.values, size: "db-s-2vcpu-4gb", storageSizeMib: unknownValue });
    expect(preview.secrets).toEqual(clusterSecrets);
  });

  it("keeps the stored password when the vendor returns none", async () => {
    // MongoDB's is in the response to the creation alone.
    const mongodb = { ...basicCluster, engine: "mongodb", version: "7.0" };
    const created = await createCluster(plugin, mongodb);
    const { password } = created.state.values;
    expect(password).toEqual(expect.stringMatching(/./));
    const { state } = await update(created, { ...mongodb, nodeCount: 3 });
    expect(state.values).toMatchObject({ password, uri: expect.stringContaining(`doadmin:${String(password)}@`) });
  });

  it("keeps the new inputs and the new state when an update fails, so that the next one sends nothing", async () => {
    const created = await createCluster(plugin, basicCluster);
    const inputs = plain({ ...basicCluster, size: "nonsense" });
    const { unfinished } = await failureOfCall(plugin.client.update(clusterTarget, { ...created, inputs }));
    expect(unfinished).toMatchObject({ id: created.id, reasons: [expect.stringContaining("invalid size")] });
    expect(unfinished?.inputs).toEqual(inputs);
    const state = unfinished?.state ?? plain({});
    expect(state.values["size"]).toBe("nonsense");
    expect((await plugin.client.diff(clusterTarget, { state, inputs })).none).toBe(true);
    plugin.mark();
    const next = await plugin.client.update(clusterTarget, { id: created.id, state, inputs });
    expect(plugin.sent().filter(({ method }) => method !== "GET")).toEqual([]);
    expect(next.values["size"]).toBe(basicCluster.size);
  });
});
