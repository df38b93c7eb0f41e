import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
    const [post] = plugin.fake.requests;
    expect(post?.body?.["storage_autoscale"]).toEqual({ enabled: true, threshold_percent: 0, increment_gib: 0 });
    expect(state.values["storageAutoscale"]).toEqual({ enabled: true });
  });

  it("differs for ever from what the vendor fills in", async () => {
    const created = await createCluster(plugin, { ...basicCluster, storageAutoscale: { enabled: false } });
    const answered = { enabled: false, threshold_percent: 80, increment_gib: 10 };
    Object.assign(plugin.fake.clusters.get(created.id) ?? {}, { storage_autoscale: answered });
    const { state } = await plugin.client.read(clusterTarget, created.id, created);
    const { paths } = await plugin.client.diff(clusterTarget, { state, inputs: created.inputs });
    expect(paths).toEqual(["storageAutoscale.incrementGib", "storageAutoscale.thresholdPercent"]);
  });

  it.each([
    ["godo's", { storage: { enabled: true, threshold_percent: 80 } }, { enabled: true, thresholdPercent: 80 }],
    ["the document's", { autoscale: { storage: { enabled: true, threshold_percent: 80 } } }, undefined],
  ])("is read on its own in %s form when the cluster does not hold it", async (_whose, answer, expected) => {
    const created = await createCluster(plugin, {
      ...basicCluster,
      storageAutoscale: { enabled: true, thresholdPercent: 80 },
    });
    delete plugin.fake.clusters.get(created.id)?.["storage_autoscale"];
    plugin.fake.parts.set(`${created.id}/autoscale`, answer);
    const { state } = await plugin.client.read(clusterTarget, created.id, created);
    expect(state.values["storageAutoscale"]).toEqual(expected);
  });
});
