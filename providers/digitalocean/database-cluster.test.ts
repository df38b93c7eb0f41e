import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asObjects } from "../../http/json.js";
import { defaultToken } from "../../sandbox/digitalocean/accounts.js";
import { type PropertyMap, unknownValue } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { basicCluster, clusterSecrets, clusterTarget, createCluster, failureOfCall } from "./test-cluster.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

describe("create", () => {
  it("posts once, waits for online and gives the whole state", async () => {
    const { id, state } = await createCluster(plugin, { ...basicCluster, tags: ["a:b"], storageSizeMib: "61440" });
    const posts = plugin.sent().filter(({ method }) => method === "POST");
    expect(posts.map(({ body }) => body)).toEqual([
      {
        ...{ name: "db-1", engine: "pg", version: "16", size: "db-s-1vcpu-2gb", region: "nyc3", num_nodes: 1 },
        ...{ private_network_uuid: "", project_id: "", rules: null, tags: ["a:b"], storage_size_mib: 61440 },
      },
    ]);
    expect(state.secrets).toEqual(clusterSecrets);
    expect(state.values).toMatchObject({
      ...basicCluster,
      clusterUrn: `do:dbaas:${id}`,
      host: expect.stringMatching(/^db-1-/),
      port: 25060,
      database: "defaultdb",
      user: "doadmin",
      password: expect.stringMatching(/./),
      privateNetworkUuid: expect.stringMatching(/./),
      projectId: expect.stringMatching(/./),
      storageSizeMib: "61440",
    });
    const { host, password, uri, privateHost, metricsEndpoints } = state.values;
    expect(uri).toBe(`postgresql://doadmin:${String(password)}@${String(host)}:25060/defaultdb?sslmode=require`);
    expect([privateHost, metricsEndpoints]).toEqual([
      `private-${String(host)}`,
      [`https://${String(host)}:9273/metrics`],
    ]);
    expect(Object.keys(state.values)).not.toContain("uiHost");
  });

  it("previews inputs as known and all else as unknown, and the known values come true", async () => {
    const inputs = plain({ ...basicCluster, region: "NYC3", tags: ["x"] });
    const preview = await plugin.client.create(clusterTarget, inputs, { preview: true });
    const unknowns = Object.entries(preview.state.values).filter(([, value]) => value === unknownValue);
    expect(unknowns.map(([name]) => name)).toEqual(
      expect.arrayContaining(["uri", "host", "privateNetworkUuid", "projectId", "storageSizeMib", "clusterUrn"]),
    );
    expect(plugin.sent()).toEqual([]);
    const { state } = await createCluster(plugin, inputs.values);
    for (const [name, value] of Object.entries(preview.state.values)) {
      if (value !== unknownValue) expect([name, state.values[name]]).toEqual([name, value]);
    }
  });

  it("sets window, policy and mode only after online", async () => {
    await createCluster(plugin, {
      ...basicCluster,
      engine: "valkey",
      version: "8",
      evictionPolicy: "allkeys_lru",
      maintenanceWindows: [{ day: "friday", hour: "13:00" }],
    });
    const puts = plugin.sent().filter(({ method }) => method === "PUT");
    expect(puts.map(({ path, body }) => [path.split("/").at(-1), body])).toEqual([
      ["maintenance", { day: "friday", hour: "13:00" }],
      ["eviction_policy", { eviction_policy: "allkeys_lru" }],
    ]);
  });

  it("drops a cluster whose wait takes too long: a plain error, the cluster stays at the vendor", async () => {
    await plugin.fake.plan({ method: "POST", neverReady: true });
    const error = await failureOfCall(plugin.client.create(clusterTarget, plain(basicCluster), { timeoutSeconds: 2 }));
    expect(error.unfinished).toBeUndefined();
    expect(error.message).toMatch(/^error creating database cluster: timeout/);
    expect((await plugin.count()).clusters).toBe(1);
  });

  it("keeps a cluster that is online but not set up", async () => {
    const values = { ...basicCluster, maintenanceWindows: [{ day: "friday", hour: "25:00" }] };
    const { unfinished } = await failureOfCall(plugin.client.create(clusterTarget, plain(values)));
    const { databases } = await plugin.ask("GET", "/v2/databases");
    expect(asObjects(databases).map(({ id }) => id)).toEqual([unfinished?.id]);
    expect(unfinished?.state.secrets).toEqual(clusterSecrets);
    expect(unfinished?.reasons).toEqual([expect.stringContaining("invalid maintenance window hour")]);
  });

  it.each([422, 501])("sends the post once when the response is %s, and masks the token", async (status) => {
    await plugin.fake.plan({ method: "POST", status, message: `invalid size ${defaultToken}` });
    const error = await failureOfCall(plugin.client.create(clusterTarget, plain(basicCluster)));
    expect(error.message).toMatch(
      new RegExp(`/v2/databases: ${status} \\(request "[^"]+"\\) invalid size \\[secret]$`),
    );
    expect(plugin.sent()).toHaveLength(1);
  });

  it("finishes the wait when the engine cancels, so that the cluster is kept", async () => {
    plugin.fake.before("GET", async () => {
      await plugin.client.cancel();
    });
    const { state } = await plugin.client.create(clusterTarget, plain(basicCluster));
    expect(state.values).toMatchObject({ host: expect.stringMatching(/^db-1-/) });
    expect(plugin.sent().filter(({ method }) => method === "GET").length).toBeGreaterThan(2);
  });
});

describe("check", () => {
  it.each([
    { change: { nodecount: 1 }, property: "nodecount" },
    { change: { nodeCount: "1" }, property: "nodeCount" },
    { change: { nodeCount: 1.5 }, property: "nodeCount" },
    { change: { nodeCount: 0 }, property: "nodeCount" },
    { change: { version: "" }, property: "version" },
    { change: { sqlMode: "ANSI" }, property: "sqlMode" },
    { change: { evictionPolicy: "noeviction" }, property: "evictionPolicy" },
    { change: { tags: ["a=b"] }, property: "tags" },
    { change: { tags: ["a", 2] }, property: "tags[1]" },
    { change: { maintenanceWindows: [{ day: "noday", hour: "1:00" }] }, property: "maintenanceWindows[0].day" },
    {
      change: { storageAutoscale: { enabled: true, thresholdPercent: 96 } },
      property: "storageAutoscale.thresholdPercent",
    },
    { change: { storageAutoscale: { thresholdPercent: 90 } }, property: "storageAutoscale.enabled" },
    { change: { backupRestore: { databaseName: "x", at: "y" } }, property: "backupRestore.at" },
  ])("names $property", async ({ change, property }) => {
    const { failures } = await plugin.client.check(clusterTarget, plain({ ...basicCluster, ...change }));
    expect(failures.map((found) => found.property)).toEqual([property]);
  });

  it("is idempotent, lets unknowns pass and keeps secrets", async () => {
    const values: PropertyMap = { ...basicCluster, version: unknownValue, sqlMode: "" };
    const news = { values, secrets: new Set(["name"]) };
    const first = await plugin.client.check(clusterTarget, news);
    expect(first.failures).toEqual([]);
    expect(first.inputs).toEqual(news);
    expect(await plugin.client.check(clusterTarget, first.inputs, first.inputs)).toEqual(first);
  });

  it("makes a name that stays", async () => {
    const { name: _name, ...nameless } = basicCluster;
    const first = await plugin.client.check(clusterTarget, plain(nameless));
    expect(first.inputs.values["name"]).toMatch(/^main-[0-9a-f]{7}$/);
    const again = await plugin.client.check(clusterTarget, plain({ ...nameless, nodeCount: 2 }), first.inputs);
    expect(again.inputs.values["name"]).toBe(first.inputs.values["name"]);
  });
});

describe("read and delete", () => {
  it("says that a cluster is gone", async () => {
    expect((await plugin.client.read(clusterTarget, "nope")).id).toBe("");
  });

  it("fails to delete what is already gone", async () => {
    const { id, state } = await createCluster(plugin, basicCluster);
    await plugin.client.delete(clusterTarget, id, state);
    expect((await plugin.count()).clusters).toBe(0);
    expect((await failureOfCall(plugin.client.delete(clusterTarget, id, state))).message).toContain("404");
  });

  it("repeats a reading that fails with 503 or 429", async () => {
    const { id, state } = await createCluster(plugin, basicCluster);
    await plugin.fake.plan({ method: "GET", status: 503 });
    await plugin.fake.plan({ method: "GET", status: 429, retryAfterSeconds: 0 });
    expect((await plugin.client.read(clusterTarget, id, { state })).id).toBe(id);
  });
});

describe("getDatabaseCluster", () => {
  const token = "digitalocean:index/getDatabaseCluster:getDatabaseCluster";

  it("finds a cluster by name and marks its secrets", async () => {
    const { id } = await createCluster(plugin, basicCluster);
    const { result } = await plugin.client.invoke(token, { name: "db-1" });
    expect(result.values).toMatchObject({ id, urn: `do:dbaas:${id}`, nodeCount: 1 });
    expect(result.secrets).toEqual(clusterSecrets);
  });

  it("gives no id of a cluster for a name that is not there, and fails when there are no clusters", async () => {
    expect((await failureOfCall(plugin.client.invoke(token, { name: "db-1" }))).message).toContain(
      "unable to find any",
    );
    await createCluster(plugin, basicCluster);
    expect((await plugin.client.invoke(token, { name: "other" })).result.values).toEqual({ id: "-", name: "other" });
  });
});
