import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { listedAt, somebodysSubscription, startTestEngine, type TestEngine } from "./test-engine.js";

const subscriptionId = "100001";
const first = { subscriptionId, name: "sessions", sourceIps: ["203.0.113.7/32"], password: "first-password" };
const listed = (engine: TestEngine) => listedAt(engine, `/fixed/subscriptions/${subscriptionId}/databases`);

describeFaults({
  start: () => startTestEngine("database"),
  async prepare(engine) {
    expect(await somebodysSubscription(engine, 34860)).toBe(subscriptionId);
  },
  first,
  second: {
    ...first,
    ...{ name: "sessions-2", dataPersistence: "aof-every-write", dataEviction: "noeviction", replication: true },
    ...{ sourceIps: ["203.0.113.8/32", "203.0.113.9/32"], enableTls: true, password: "second-password" },
    ...{ enableDefaultUser: false, alerts: [{ name: "dataset-size", value: 80 }] },
  },
  alive: async (engine) => (await listed(engine)).map(({ databaseId }) => `${subscriptionId}/${databaseId}`),
  async expectRight(engine, inputs) {
    const { name, sourceIps, password, enableTls = false, enableDefaultUser = true, dataPersistence = "none" } = inputs;
    const [database] = await listed(engine);
    const security = { sourceIps, enableTls, defaultUserEnabled: enableDefaultUser, password };
    expect(database).toMatchObject({ name, dataPersistence, security });
    const kept = engine.kept()?.state;
    expect(kept?.values).toMatchObject({ name, sourceIps, enableTls, enableDefaultUser, dataPersistence });
    const scheme = enableTls === true ? "rediss" : "redis";
    const uri = `${scheme}://default:${String(password)}@${database?.["publicEndpoint"]}`;
    expect(kept?.values).toMatchObject({ connectionUri: uri });
    expect([...(kept?.secrets ?? [])].sort()).toEqual(["connectionUri", "password"]);
  },
});
