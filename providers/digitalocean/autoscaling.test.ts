import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asObject } from "../../http/json.js";
import { basicCluster, clusterTarget, createCluster } from "./test-cluster.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

describe("autoscaling", () => {
  it("is created with zeros for what the program leaves out", async () => {
    const { state } = await createCluster(plugin, { ...basicCluster, storageAutoscale: { enabled: true } });
    const [post] = plugin.sent();
    expect(post?.body?.["storage_autoscale"]).toEqual({ enabled: true, threshold_percent: 0, increment_gib: 0 });
    expect(state.values["storageAutoscale"]).toEqual({ enabled: true });
  });

  it("differs for ever from what the vendor fills in", async () => {
    const created = await createCluster(plugin, { ...basicCluster, storageAutoscale: { enabled: false } });
    await plugin.fake.set({ autoscaleDefaults: true });
    const { state } = await plugin.client.read(clusterTarget, created.id, created);
    const { paths } = await plugin.client.diff(clusterTarget, { state, inputs: created.inputs });
    expect(paths).toEqual(["storageAutoscale.incrementGib", "storageAutoscale.thresholdPercent"]);
  });

  it.each([
    ["godo", { enabled: true, thresholdPercent: 80 }],
    ["document", undefined],
  ] as const)("is read on its own in the form of %s when the cluster does not hold it", async (form, expected) => {
    const created = await createCluster(plugin, {
      ...basicCluster,
      storageAutoscale: { enabled: true, thresholdPercent: 80 },
    });
    await plugin.fake.set({ autoscaleForm: form });
    const { database } = await plugin.ask("GET", `/v2/databases/${created.id}`);
    plugin.fake.respond("GET", 200, { database: { ...asObject(database), storage_autoscale: undefined } });
    const { state } = await plugin.client.read(clusterTarget, created.id, created);
    expect(state.values["storageAutoscale"]).toEqual(expected);
  });
});
