import { afterAll, describe, expect, it } from "vitest";
import {
  type RecordManifestInput,
  recordManifest,
  registered,
} from "../../../test/support/in-process/record-manifest.js";
import type { Recording } from "../../../test/support/in-process/record-run.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";

const type = "digitalocean:index/databaseDb:DatabaseDb";
const cluster = { valueFrom: { name: "orders" } };

const monitor = await startRecordingMonitor({});
afterAll(() => monitor.stop());

function run(spec: object, more: Partial<RecordManifestInput> = {}): Promise<Recording> {
  return recordManifest({ kind: "DigitalOceanDatabase", spec: { cluster, ...spec }, monitor, ...more });
}

describe("a database", () => {
  it("is protected, and makes its successor before it goes", async () => {
    expect(registered(await run({ database_name: "shop_2" }), type)).toMatchObject({
      object: { name: "shop_2" },
      protect: true,
      deletebeforereplace: false,
      deletebeforereplacedefined: true,
    });
  });

  it.each([
    ["defaultdb", { database_name: "defaultdb" }, {}],
    ["defaultdb by metadata.name", {}, { name: "defaultdb" }],
    ["a name with a slash", { database_name: "a/b" }, {}],
    ["a name of 64 letters", { database_name: "a".repeat(64) }, {}],
  ])("refuses %s", async (_, spec, metadata) => {
    await expect(async () => run(spec, { metadata })).rejects.toThrow();
    expect(registered(monitor, type)).toBeUndefined();
  });

  it("takes a metadata.name of defaultdb beside another name", async () => {
    const recording = await run({ database_name: "shop" }, { metadata: { name: "defaultdb" } });
    expect(registered(recording, type)).toBeDefined();
  });

  it.each(["valkey", "kafka", "opensearch"])("refuses a cluster of engine %s", async (engine) => {
    await expect(run({}, { referenced: { engine } })).rejects.toThrow(new RegExp(`engine ${engine}`));
    expect(registered(monitor, type)).toBeUndefined();
  });
});
