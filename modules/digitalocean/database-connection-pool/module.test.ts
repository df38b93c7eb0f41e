import { afterAll, describe, expect, it } from "vitest";
import {
  type RecordManifestInput,
  recordManifest,
  registered,
} from "../../../test/support/in-process/record-manifest.js";
import type { Recording } from "../../../test/support/in-process/record-run.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";
import { recordedResponses } from "../../../test/support/kinds/kind-examples.js";

const type = "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool";
const clusterId = "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30";

const monitor = await startRecordingMonitor(recordedResponses());
const silent = await startRecordingMonitor({
  [type]: { password: "", uri: "postgres://:@cluster.example.com:25061/part" },
});
afterAll(() => {
  monitor.stop();
  silent.stop();
});

function run(spec: object, more: Partial<RecordManifestInput> = {}): Promise<Recording> {
  const given = { cluster: clusterId, mode: "transaction", size: 10, database: "shop", ...spec };
  return recordManifest({ kind: "DigitalOceanDatabaseConnectionPool", spec: given, monitor, ...more });
}

describe("a connection pool", () => {
  it("names its database and its user", async () => {
    const recording = await run({ user: "app", pool_name: "shop_rw" });
    expect(registered(recording, type)).toMatchObject({
      object: { clusterId, name: "shop_rw", mode: "transaction", size: 10, dbName: "shop", user: "app" },
    });
    expect(recording.outputs).toMatchObject({ pool_name: "shop_rw", database_name: "shop", username: "app" });
  });

  it("goes before its successor, which has its name, and is not protected", async () => {
    expect(registered(await run({}), type)).toMatchObject({ deletebeforereplace: true, protect: false });
  });

  it("has neither user nor password when its clients sign in as themselves, and that is no surprise", async () => {
    const { outputs, messages } = await run({}, { monitor: silent });
    expect(outputs).not.toHaveProperty("username");
    expect(outputs).not.toHaveProperty("password");
    expect(outputs).toHaveProperty("connection_uri");
    expect(messages).toEqual([]);
  });

  it("warns of a password that the vendor does not return", async () => {
    const { outputs, messages } = await run({ user: "app" }, { monitor: silent });
    for (const name of ["password", "connection_uri", "private_uri"]) expect(outputs).not.toHaveProperty(name);
    expect(messages.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  it.each([
    ["a name of two letters", { pool_name: "ab" }, {}],
    ["a metadata.name of two letters", {}, { name: "ab" }],
    ["a metadata.name of 61 letters", {}, { name: "a".repeat(61) }],
    ["a name with a slash", { pool_name: "a/b/c" }, {}],
    ["no mode", { mode: undefined }, {}],
    ["no size", { size: 0 }, {}],
    ["no database", { database: undefined }, {}],
  ])("refuses %s", async (_, spec, metadata) => {
    await expect(async () => run(spec, { metadata })).rejects.toThrow();
    expect(registered(monitor, type)).toBeUndefined();
  });

  it("takes a metadata.name of two letters beside another pool_name", async () => {
    expect(registered(await run({ pool_name: "abc" }, { metadata: { name: "ab" } }), type)).toBeDefined();
  });

  it("refuses a cluster of another engine, before anything is registered", async () => {
    const cluster = { valueFrom: { name: "orders" } };
    await expect(run({ cluster }, { referenced: { engine: "mysql" } })).rejects.toThrow(/engine mysql/);
    expect(registered(monitor, type)).toBeUndefined();
    expect(registered(await run({ cluster }, { referenced: { engine: "pg" } }), type)).toBeDefined();
  });
});
