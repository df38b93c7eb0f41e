import { afterAll, describe, expect, it } from "vitest";
import {
  heldInState,
  type RecordManifestInput,
  recordManifest,
  registered,
} from "../../../test/support/in-process/record-manifest.js";
import type { Recording } from "../../../test/support/in-process/record-run.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";
import { recordedResponses } from "../../../test/support/kinds/kind-examples.js";

const type = "digitalocean:index/databaseReplica:DatabaseReplica";
const cluster = { valueFrom: { name: "orders" } };

const monitor = await startRecordingMonitor(recordedResponses());
afterAll(() => monitor.stop());

function run(spec: object, more: Partial<RecordManifestInput> = {}): Promise<Recording> {
  const given = { cluster, region: "nyc3", size_slug: "db-s-2vcpu-4gb", ...spec };
  return recordManifest({ kind: "DigitalOceanDatabaseReplica", spec: given, monitor, ...more });
}

const warnings = ({ messages }: Recording): readonly string[] => messages.map(({ text }) => text);

describe("a database replica", () => {
  it("takes its storage in MiB as plain digits, and carries labels and owner as tags", async () => {
    const recording = await run({ storage_gib: 80, tags: ["b"] }, { metadata: { labels: { team: "payments" } } });
    expect(registered(recording, type)).toMatchObject({
      object: { storageSizeMib: "81920", tags: ["b", "planton:recorded-recorded", "team:payments"] },
    });
  });

  it("is protected, and makes its successor before it goes", async () => {
    expect(registered(await run({}), type)).toMatchObject({
      protect: true,
      deletebeforereplace: false,
      deletebeforereplacedefined: true,
    });
  });

  it("says that a new one may be open to the internet, and names the output that a firewall takes", async () => {
    expect(warnings(await run({}))).toEqual([expect.stringContaining("replica_id")]);
  });

  it.each([
    ["says that other tags are not applied", ["planton:recorded-recorded"], 1],
    ["says nothing of the same tags in another order and case", ["planton:recorded-recorded", "A"], 0],
  ])("%s", async (_, tags, count) => {
    const recording = await run({ tags: ["a"] }, { state: [heldInState(type, { tags })] });
    expect(registered(recording, type)).toMatchObject({ ignorechangesList: ["tags"] });
    expect(warnings(recording)).toHaveLength(count);
  });

  it.each([
    ["a name with a capital", { replica_name: "Reports" }],
    ["no region", { region: undefined }],
    ["no size", { size_slug: undefined }],
    ["a label as tag", { tags: ["team=payments"] }],
    ["storage of 5 GiB", { storage_gib: 5 }],
  ])("refuses %s", async (_, spec) => {
    await expect(async () => run(spec)).rejects.toThrow();
    expect(registered(monitor, type)).toBeUndefined();
  });

  it.each(["mongodb", "valkey", "kafka", "opensearch"])("refuses a cluster of engine %s", async (engine) => {
    await expect(run({}, { referenced: { engine } })).rejects.toThrow(new RegExp(`engine ${engine}`));
    expect(registered(monitor, type)).toBeUndefined();
  });
});
