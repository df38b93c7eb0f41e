import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PropertyMap, unknownValue } from "../kit/property-value.js";
import { plain, TestCallError } from "../kit/test-client.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

const target = { type: "digitalocean:index/databaseCluster:DatabaseCluster" };
const basic = { name: "db-1", engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-1gb", nodeCount: 1 };
const secrets = new Set(["password", "privateUri", "uri"]);

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

async function create(values: PropertyMap) {
  const { inputs, failures } = await plugin.client.check(target, plain(values));
  expect(failures).toEqual([]);
  return { inputs, ...(await plugin.client.create(target, inputs)) };
}

async function update(created: Awaited<ReturnType<typeof create>>, values: PropertyMap) {
  const { inputs } = await plugin.client.check(target, plain(values), created.inputs);
  const diff = await plugin.client.diff(target, { state: created.state, inputs });
  plugin.fake.requests.length = 0;
  const state = await plugin.client.update(target, { ...created, inputs });
  const changes = plugin.fake.requests.filter(({ method }) => method !== "GET");
  return {
    diff,
    state,
    changes: changes.map(({ method, path, body }) => [method, path.replace(created.id, "ID"), body]),
  };
}

async function failure(call: Promise<unknown>): Promise<TestCallError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TestCallError) return error;
  throw new Error("the call did not fail");
}

describe("diff and update", () => {
  it("finds nothing after create, read and import", async () => {
    const created = await create({
      ...basic,
      tags: ["B", "a"],
      maintenanceWindows: [{ day: "monday", hour: "03:00" }],
    });
    expect((await plugin.client.diff(target, created)).none).toBe(true);
    const read = await plugin.client.read(target, created.id, created);
    expect(read.state).toEqual(created.state);
    expect(read.inputs).toEqual(created.inputs);
    const imported = await plugin.client.read(target, created.id);
    expect(imported.inputs.values).toMatchObject({ ...basic, tags: ["B", "a"] });
    const { inputs, failures } = await plugin.client.check(target, imported.inputs);
    expect(failures).toEqual([]);
    expect((await plugin.client.diff(target, { state: imported.state, inputs })).none).toBe(true);
  });

  it.each([
    {
      from: {},
      to: { nodeCount: 2 },
      paths: ["nodeCount"],
      calls: [["PUT", "/v2/databases/ID/resize", { size: basic.size, num_nodes: 2 }]],
    },
    {
      from: {},
      to: { storageSizeMib: "61440" },
      paths: ["storageSizeMib"],
      calls: [["PUT", "/v2/databases/ID/resize", { size: basic.size, num_nodes: 1, storage_size_mib: 61440 }]],
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
      from: { engine: "valkey", evictionPolicy: "allkeys_lru" },
      to: { engine: "redis", version: "7" },
      paths: ["evictionPolicy"],
      calls: [["PUT", "/v2/databases/ID/eviction_policy", { eviction_policy: "noeviction" }]],
    },
    {
      from: { engine: "mysql", sqlMode: "ANSI" },
      to: { engine: "mysql" },
      paths: ["sqlMode"],
      calls: [["PUT", "/v2/databases/ID/sql_mode", { sql_mode: "" }]],
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
      from: { backupRestore: { databaseName: "a" } },
      to: { backupRestore: { databaseName: "b" } },
      paths: ["backupRestore.databaseName"],
      calls: [],
    },
  ])("changes $paths in place", async ({ from, to, paths, calls }) => {
    const created = await create({ ...basic, version: "16", ...from });
    const { diff, state, changes } = await update(created, { ...basic, ...to });
    expect(diff).toMatchObject({ paths, replaces: [], none: paths.length === 0 });
    expect(changes).toEqual(calls);
    expect(state.secrets).toEqual(secrets);
    const { inputs } = await plugin.client.check(target, plain({ ...basic, ...to }));
    expect((await plugin.client.diff(target, { state, inputs })).paths).toEqual([]);
  });

  it.each<{ to: PropertyMap; deleteBeforeReplace: boolean }>([
    { to: { name: "db-2" }, deleteBeforeReplace: false },
    { to: { engine: "mysql" }, deleteBeforeReplace: true },
    { to: { privateNetworkUuid: "44444444-4444-4444-8444-444444444444" }, deleteBeforeReplace: true },
    { to: { projectId: unknownValue }, deleteBeforeReplace: true },
  ])("replaces for $to", async ({ to, deleteBeforeReplace }) => {
    const { state } = await create(basic);
    const diff = await plugin.client.diff(target, { state, inputs: plain({ ...basic, ...to }) });
    expect(diff).toMatchObject({ paths: Object.keys(to), replaces: Object.keys(to), deleteBeforeReplace });
  });

  it("leaves ignored changes out", async () => {
    const { state } = await create(basic);
    const sides = { state, inputs: plain({ ...basic, nodeCount: 3 }), ignoreChanges: ["nodeCount"] };
    expect((await plugin.client.diff(target, sides)).none).toBe(true);
  });

  it("previews an update with what stays known", async () => {
    const created = await create(basic);
    const inputs = plain({ ...basic, size: "db-s-2vcpu-4gb" });
    const preview = await plugin.client.update(target, { ...created, inputs }, true);
    expect(preview.values).toEqual({ ...created.state.values, size: "db-s-2vcpu-4gb", storageSizeMib: unknownValue });
    expect(preview.secrets).toEqual(secrets);
  });

  it("keeps the stored password when the vendor tells none", async () => {
    const created = await create(basic);
    plugin.fake.tellsPassword = false;
    const { state } = await update(created, { ...basic, nodeCount: 2 });
    expect(state.values).toMatchObject({ password: "s3cret/pw", uri: expect.stringContaining("doadmin:s3cret%2Fpw@") });
  });

  it("keeps the resource with the new inputs when an update fails", async () => {
    const created = await create(basic);
    plugin.fake.faults.push({ method: "PUT", path: /resize$/, status: 422, message: "invalid size" });
    const inputs = plain({ ...basic, size: "nonsense" });
    const { unfinished } = await failure(plugin.client.update(target, { ...created, inputs }));
    expect(unfinished).toMatchObject({ id: created.id, reasons: [expect.stringContaining("invalid size")] });
    expect(unfinished?.state.values["size"]).toBe("nonsense");
  });
});
