import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PropertyMap, unknownValue } from "../kit/property-value.js";
import { plain } from "../kit/test-client.js";
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
    const posts = plugin.fake.requests.filter(({ method }) => method === "POST");
    expect(posts.map(({ body }) => body)).toEqual([
      {
        ...{ name: "db-1", engine: "pg", version: "16", size: "db-s-1vcpu-1gb", region: "nyc3", num_nodes: 1 },
        ...{ private_network_uuid: "", project_id: "", rules: null, tags: ["a:b"], storage_size_mib: 61440 },
      },
    ]);
    expect(posts[0]?.token).toBe("tok-marker");
    expect(state.secrets).toEqual(clusterSecrets);
    expect(state.values).toMatchObject({
      ...basicCluster,
      clusterUrn: `do:dbaas:${id}`,
      host: "db-1.db.example",
      port: 25060,
      database: "defaultdb",
      user: "doadmin",
      password: "s3cret/pw",
      uri: "postgresql://doadmin:s3cret%2Fpw@db-1.db.example:25060/defaultdb?sslmode=require",
      privateHost: "private-db-1.db.example",
      privateNetworkUuid: "11111111-1111-4111-8111-111111111111",
      projectId: "22222222-2222-4222-8222-222222222222",
      storageSizeMib: "61440",
      metricsEndpoints: ["https://metrics.example:9273/metrics"],
    });
    expect(Object.keys(state.values)).not.toContain("uiHost");
  });

  it("previews inputs as known and all else as unknown, and the known values come true", async () => {
    const inputs = plain({ ...basicCluster, region: "NYC3", tags: ["x"] });
    const preview = await plugin.client.create(clusterTarget, inputs, { preview: true });
    const unknowns = Object.entries(preview.state.values).filter(([, value]) => value === unknownValue);
    expect(unknowns.map(([name]) => name)).toEqual(
      expect.arrayContaining(["uri", "host", "privateNetworkUuid", "projectId", "storageSizeMib", "clusterUrn"]),
    );
    expect(plugin.fake.requests).toEqual([]);
    const { state } = await createCluster(plugin, inputs.values);
    for (const [name, value] of Object.entries(preview.state.values)) {
      if (value !== unknownValue) expect([name, state.values[name]]).toEqual([name, value]);
    }
  });

  it("sets window, policy and mode only after online", async () => {
    await createCluster(plugin, {
      ...basicCluster,
      engine: "valkey",
      evictionPolicy: "allkeys_lru",
      maintenanceWindows: [{ day: "friday", hour: "13:00" }],
    });
    const puts = plugin.fake.requests.filter(({ method }) => method === "PUT");
    expect(puts.map(({ path, body }) => [path.split("/").at(-1), body])).toEqual([
      ["maintenance", { day: "friday", hour: "13:00" }],
      ["eviction_policy", { eviction_policy: "allkeys_lru" }],
    ]);
  });

  it("drops a cluster whose wait takes too long: a plain error, the cluster stays at the vendor", async () => {
    plugin.fake.creatingReads = Number.POSITIVE_INFINITY;
    const error = await failureOfCall(
      plugin.client.create(clusterTarget, plain(basicCluster), { timeoutSeconds: 0.05 }),
    );
    expect(error.unfinished).toBeUndefined();
    expect(error.message).toMatch(/^error creating database cluster: timeout/);
    expect(plugin.fake.clusters.size).toBe(1);
  });

  it("keeps a cluster that is online but not set up", async () => {
    plugin.fake.faults.push({ method: "PUT", path: /maintenance$/, status: 422, message: "bad hour" });
    const values = { ...basicCluster, maintenanceWindows: [{ day: "friday", hour: "25:00" }] };
    const { unfinished } = await failureOfCall(plugin.client.create(clusterTarget, plain(values)));
    expect(unfinished?.id).toBe([...plugin.fake.clusters.keys()][0]);
    expect(unfinished?.state.secrets).toEqual(clusterSecrets);
    expect(unfinished?.reasons).toEqual([expect.stringContaining("bad hour")]);
  });

  it.each([422, 501])("sends the post once when the answer is %s, and masks the token", async (status) => {
    plugin.fake.faults.push({ method: "POST", path: /databases$/, status, message: "invalid size tok-marker" });
    const error = await failureOfCall(plugin.client.create(clusterTarget, plain(basicCluster)));
    expect(error.message).toMatch(
      new RegExp(`/v2/databases: ${status} \\(request "req-1"\\) invalid size \\[secret]$`),
    );
    expect(plugin.fake.requests).toHaveLength(1);
  });

  it("finishes the wait when the engine cancels, so that the cluster is kept", async () => {
    plugin.fake.creatingReads = 20;
    const creation = plugin.client.create(clusterTarget, plain(basicCluster));
    await expect.poll(() => plugin.fake.clusters.size).toBe(1);
    await plugin.client.cancel();
    expect((await creation).state.values).toMatchObject({ host: "db-1.db.example" });
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
    expect(plugin.fake.clusters.size).toBe(0);
    expect((await failureOfCall(plugin.client.delete(clusterTarget, id, state))).message).toContain("404");
  });

  it("repeats a reading that fails with 503 or 429", async () => {
    const { id, state } = await createCluster(plugin, basicCluster);
    plugin.fake.faults.push(
      { method: "GET", path: /./, status: 503 },
      { method: "GET", path: /./, status: 429, headers: { "retry-after": "0" } },
    );
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
