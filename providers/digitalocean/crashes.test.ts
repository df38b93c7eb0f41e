import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grpc } from "../kit/server/protocol.js";
import { plain } from "../kit/testing/test-client.js";
import { basicCluster, clusterTarget, createCluster, failureOfCall } from "./test-cluster.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

describe("a removed maintenance window", () => {
  const withWindow = { ...basicCluster, maintenanceWindows: [{ day: "friday", hour: "13:00" }] };

  it("crashes the update, and again the next time", async () => {
    const created = await createCluster(plugin, withWindow);
    const inputs = plain(basicCluster);
    expect((await plugin.client.diff(clusterTarget, { ...created, inputs })).paths).toEqual(["maintenanceWindows"]);
    for (let turn = 0; turn < 2; turn += 1) {
      const error = await failureOfCall(plugin.client.update(clusterTarget, { ...created, inputs }));
      expect([error.code, error.unfinished]).toEqual([grpc.status.INTERNAL, undefined]);
      expect(error.message).toBe("panic: runtime error: index out of range [0] with length 0");
    }
  });

  it("crashes after the changes that come before it", async () => {
    const created = await createCluster(plugin, withWindow);
    plugin.mark();
    const inputs = plain({ ...basicCluster, nodeCount: 2, version: "17" });
    await failureOfCall(plugin.client.update(clusterTarget, { ...created, inputs }));
    const puts = plugin.sent().filter(({ method }) => method === "PUT");
    expect(puts.map(({ path }) => path.split("/").at(-1))).toEqual(["resize"]);
  });
});

describe("a wait without a response", () => {
  it.each([
    ["lost 5 times", { dropResponse: true, count: 5 }],
    ["cut once", { truncateResponse: true }],
  ])("crashes the update: %s", async (_how, fault) => {
    const created = await createCluster(plugin, basicCluster);
    await plugin.fake.plan({ method: "GET", ...fault });
    const inputs = plain({ ...basicCluster, nodeCount: 2 });
    const error = await failureOfCall(plugin.client.update(clusterTarget, { ...created, inputs }));
    expect([error.code, error.unfinished]).toEqual([grpc.status.INTERNAL, undefined]);
    expect(error.message).toContain("nil pointer dereference");
  });

  it("goes on after 4 lost ones", async () => {
    const created = await createCluster(plugin, basicCluster);
    await plugin.fake.plan({ method: "GET", dropResponse: true, count: 4 });
    const inputs = plain({ ...basicCluster, nodeCount: 2 });
    expect((await plugin.client.update(clusterTarget, { ...created, inputs })).values["nodeCount"]).toBe(2);
  });
});
