import { afterAll, describe, expect, it } from "vitest";
import { catalog } from "../../../apis/gen/catalog.js";
import { checkStackInput } from "../../../runner/manifest/read-stack-input.js";
import { type Recording, type RecordRunInput, recordRun } from "../../../test/support/in-process/record-run.js";
import {
  type RecordingMonitor,
  type Registration,
  startRecordingMonitor,
} from "../../../test/support/in-process/recording-monitor.js";
import { recordedResponses } from "../../../test/support/kinds/kind-examples.js";

const clusterType = "digitalocean:index/databaseCluster:DatabaseCluster";
const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";

const monitor = await startRecordingMonitor(recordedResponses());
afterAll(() => monitor.stop());

/** What a cluster of pg with this metadata and spec registers; `state` is the stack's state before. */
function run(
  spec: object,
  metadata: object = {},
  at: RecordingMonitor = monitor,
  state: RecordRunInput["state"] = [],
): Promise<Recording> {
  return runWith(spec, { metadata, monitor: at, state });
}

type RunMore = Partial<Pick<RecordRunInput, "monitor" | "state" | "existing" | "dryRun">> & {
  readonly metadata?: object;
};

function runWith(spec: object, { metadata = {}, ...more }: RunMore): Promise<Recording> {
  const manifest = {
    apiVersion: "digital-ocean.planton.dev/v1",
    kind: "DigitalOceanDatabaseCluster",
    metadata: { name: "prod", ...metadata },
    spec: { engine: "pg", engine_version: "16", region: "nyc3", size_slug: "db-s-2vcpu-4gb", node_count: 1, ...spec },
  };
  const { entry, message } = checkStackInput({ catalog, file: "test.yaml", text: JSON.stringify(manifest) });
  return recordRun({ entry, stackInput: message, monitor, ...more });
}

const held = (type: string, name: string, inputs: Readonly<Record<string, unknown>> = {}) => ({
  urn: `urn:pulumi:recorded::recorded::${type}::${name}`,
  type,
  inputs,
  isReplaced: false,
});
const registered = ({ registrations }: Recording, type: string): Registration | undefined =>
  registrations.find((registration) => registration.type === type);
const inputs = (recording: Recording, type: string): unknown => registered(recording, type)?.["object"];
const cluster = async (spec: object, metadata?: object): Promise<unknown> =>
  inputs(await run(spec, metadata), clusterType);

const autoscale = (enabled: boolean) => ({ storageAutoscale: { enabled } });
const off = { storage_autoscale: { enabled: false } };
const switchedOff = { enabled: false, thresholdPercent: 80, incrementGib: 10 };

describe("the cluster", () => {
  it("is named by metadata.name unless the spec says another name", async () => {
    expect(await cluster({})).toMatchObject({ name: "prod" });
    expect(await cluster({ cluster_name: "other" })).toMatchObject({ name: "other" });
  });

  it("takes its storage in MiB as plain digits", async () => {
    expect(await cluster({ storage_gib: 200 })).toMatchObject({ storageSizeMib: "204800" });
  });

  it.each([
    ["postgres", "pg"],
    ["postgresql", "pg"],
    ["mysql", "mysql"],
    ["redis", "valkey"],
  ])("sends the engine %s as %s", async (written, sent) => {
    expect(await cluster({ engine: written })).toMatchObject({ engine: sent });
  });

  it("carries its labels and its owner as tags", async () => {
    expect(await cluster({ tags: ["production"] }, { labels: { team: "payments" } })).toMatchObject({
      tags: ["planton:recorded-recorded", "production", "team:payments"],
    });
  });

  it("does not compare the storage while autoscaling is on", async () => {
    const on = await run({ storage_gib: 80, storage_autoscale: { threshold_percent: 75 } });
    expect(inputs(on, clusterType)).toMatchObject({
      storageAutoscale: { enabled: true, thresholdPercent: 75, incrementGib: 10 },
    });
    expect(registered(on, clusterType)?.["ignorechangesList"]).toContain("storageSizeMib");
    expect(registered(await run({ storage_gib: 80 }), clusterType)?.["ignorechangesList"]).not.toContain(
      "storageSizeMib",
    );
  });

  it("says nothing of autoscaling for engines without it", async () => {
    expect(await cluster({ engine: "valkey", engine_version: "8" })).not.toHaveProperty("storageAutoscale");
  });

  it("is protected, and replaced for another restore source, which protection refuses", async () => {
    const recording = await run({ restore_from_backup: { cluster_name: "old" } });
    expect(registered(recording, clusterType)).toMatchObject({
      protect: true,
      replaceonchangesList: ["backupRestore"],
      object: { backupRestore: { databaseName: "old" } },
    });
  });

  it("makes its successor before it goes, whatever the plugin says", async () => {
    expect(registered(await run({}), clusterType)).toMatchObject({
      deletebeforereplace: false,
      deletebeforereplacedefined: true,
    });
  });

  it.each([
    ["maintenanceWindows", { maintenance_window: { day: "sunday", hour: "03:00" } }],
    ["sqlMode", { engine: "mysql", engine_version: "8", sql_mode: "ANSI" }],
    ["backupRestore", { restore_from_backup: { cluster_name: "old" } }],
    ["storageAutoscale", { storage_autoscale: { enabled: true } }],
  ])("leaves %s as it is while the manifest has none", async (property, spec) => {
    const { engine = "pg", engine_version = "16" } = spec as { engine?: string; engine_version?: string };
    const ignored = async (given: object) => registered(await run(given), clusterType)?.["ignorechangesList"];
    expect(await ignored({ engine, engine_version })).toContain(property);
    expect(await ignored(spec)).not.toContain(property);
  });

  it("ignores nothing that the engine of a successor may not have", async () => {
    const recording = await run({ engine: "valkey", engine_version: "8" });
    expect(registered(recording, clusterType)?.["ignorechangesList"]).toEqual(["maintenanceWindows", "backupRestore"]);
  });

  it.each([
    ["is not said where nothing has it on", [], {}, undefined],
    ["is not said of a state that has it off", [held(clusterType, "prod", autoscale(false))], {}, undefined],
    ["is switched off where the state has it on", [held(clusterType, "prod", autoscale(true))], {}, switchedOff],
    ["is switched off where the manifest says so", [held(clusterType, "prod", autoscale(true))], off, switchedOff],
  ])("storage autoscaling %s", async (_, state, spec, expected) => {
    const recording = await run(spec, {}, monitor, state);
    expect((inputs(recording, clusterType) as Record<string, unknown>)["storageAutoscale"]).toEqual(expected);
  });

  it.each([
    ["an earlier name", "was", { name: "was-firewall" }],
    [
      "a whole URN",
      `urn:pulumi:old-stack::old-project::${clusterType}::was`,
      { stack: "old-stack", project: "old-project", name: "was-firewall" },
    ],
  ])("takes its firewall along from %s", async (_, alias, expected) => {
    const recording = await run({}, { aliases: [alias] });
    expect(registered(recording, firewallType)?.["aliasesList"]).toMatchObject([{ spec: expected }]);
  });

  it.each([
    ["60 minutes by default", {}, {}, "60m"],
    ["what the spec says", { create_timeout: "90m" }, {}, "90m"],
    ["what the metadata says, before the spec", { create_timeout: "90m" }, { timeouts: { create: "2h" } }, "2h"],
  ])("has for creating %s", async (_, spec, metadata, create) => {
    expect(registered(await run(spec, metadata), clusterType)?.["customtimeouts"]).toMatchObject({ create });
  });
});

describe("the password", () => {
  const bare = startRecordingMonitor({ ...recordedResponses(), [clusterType]: {} });
  afterAll(async () => (await bare).stop());

  it.each([
    ["mongodb", "7.0", "reset_auth"],
    ["pg", "16", "database:view_credentials"],
  ])("of %s %s that the vendor does not return is warned about at each run: %s", async (engine, engine_version, says) => {
    const { messages } = await run({ engine, engine_version }, {}, await bare);
    const warnings = messages.filter(({ text }) => text.includes(says));
    expect(warnings.map(({ severity }) => severity)).toEqual(["warning"]);
  });
});

describe("a trusted source of type tag", () => {
  const rules = (value: string, more: RunMore = {}) => {
    const sources = [
      { type: "ip_addr", value: "203.0.113.7" },
      { type: "tag", value },
    ];
    return runWith({ trusted_sources: sources, tags: ["own"] }, { existing: "absent", ...more });
  };

  it("that DigitalOcean does not have ends the run before anything is registered, with its place", async () => {
    await expect(rules("web")).rejects.toThrow(/spec\.trusted_sources\[1\]\.value.*"web"/);
    expect(monitor.registrations.filter(({ type }) => !type.startsWith("pulumi:"))).toEqual([]);
  });

  const former = held(firewallType, "prod-firewall", { rules: [{ type: "tag", value: "web" }] });
  it.each([
    ["is there", "web", { existing: { tags: [] } }],
    ["may not be read", "web", { existing: undefined }],
    ["is set already", "web", { state: [former] }],
    ["is made with the cluster", "Own", {}],
  ])("that %s is taken", async (_, value, more) => {
    const { rules: sent } = inputs(await rules(value, more), firewallType) as { readonly rules: readonly object[] };
    expect(sent).toContainEqual({ type: "tag", value });
  });
});

describe("a move to another region", () => {
  const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const at = held(clusterType, "prod", { region: "fra1" });

  it.each([
    ["shows the firewall's rules as not known in a preview", {}, true, true],
    ["reads the range of the VPC that the cluster has come to", {}, false, false],
    [
      "of a cluster in a VPC of its own replaces it: the preview says nothing more",
      { vpc: "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30" },
      true,
      false,
    ],
  ])("%s", async (_, spec, dryRun, isUnknown) => {
    const recording = await runWith(spec, { state: [at], dryRun });
    const { rules } = inputs(recording, firewallType) as { readonly rules: unknown };
    expect(JSON.stringify(rules).includes(unknownValue)).toBe(isUnknown);
  });
});

describe("who may connect", () => {
  const office = { type: "ip_addr", value: "203.0.113.7" };
  const vpcRange = { type: "ip_addr", value: "10.10.0.0/20" };

  it("is the VPC alone by default", async () => {
    const recording = await run({});
    const urn = `urn:pulumi:recorded::recorded::${clusterType}::prod`;
    expect(registered(recording, firewallType)).toMatchObject({
      deletedwith: urn,
      object: { clusterId: "prod-id", rules: [vpcRange] },
    });
    expect(recording.outputs).toMatchObject({ firewall_owner: "stack" });
    expect(recording.messages).toEqual([]);
  });

  it("is the VPC and the trusted sources, each once, in an order that does not depend on the manifest's", async () => {
    const tag = { type: "tag", value: "web" };
    const expected = { rules: [vpcRange, office, tag] };
    expect(inputs(await run({ trusted_sources: [tag, office, office, vpcRange] }), firewallType)).toMatchObject(
      expected,
    );
    expect(inputs(await run({ trusted_sources: [office, tag] }), firewallType)).toMatchObject(expected);
  });

  it.each(["prod-firewall", "prod-former-firewall"])("is left as %s has it when that is handed over", async (name) => {
    const state = [held(firewallType, name)];
    const recording = await run({ external_firewall: true }, {}, monitor, state);
    expect(registered(recording, firewallType)).toMatchObject({
      name: "prod-former-firewall",
      retainondelete: true,
      protect: false,
      ignorechangesList: ["rules"],
      aliasesList: [{ spec: { name: "prod-firewall" } }],
    });
    expect(recording.outputs).toMatchObject({ firewall_owner: "external" });
    expect(await cluster({ external_firewall: true })).toMatchObject({
      tags: ["planton-firewall:external", "planton:recorded-recorded"],
    });
  });

  it.each([
    ["everyone, when it is public", { enable_public_connectivity: true }, "none"],
    ["left to others, with an external firewall", { external_firewall: true }, "external"],
  ])("is %s, and a warning says so", async (_, spec, owner) => {
    const recording = await run(spec);
    expect(registered(recording, firewallType)).toBeUndefined();
    expect(recording.outputs).toMatchObject({ firewall_owner: owner });
    expect(recording.messages.map(({ severity }) => severity)).toEqual(["warning"]);
  });
});
