import { afterAll, describe, expect, it } from "vitest";
import { catalog } from "../../../apis/gen/catalog.js";
import { checkStackInput } from "../../../runner/manifest/read-stack-input.js";
import { type Recording, recordRun } from "../../../test/support/in-process/record-run.js";
import { type Registration, startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";

const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";
const reference = { ref: { kind: "DigitalOceanDatabaseCluster", name: "events", field_path: "cluster_id" } };
const office = { type: "ip_addr", value: "203.0.113.7" };

const monitor = await startRecordingMonitor({});
afterAll(() => monitor.stop());

interface RunOptions {
  readonly metadata?: object;
  /** Tags of the cluster at the vendor. */
  readonly tags?: readonly string[];
  /** True: the vendor has nothing. */
  readonly absent?: boolean;
}

/** What a firewall registers; `firewallOwner` is that output of the cluster's stack. */
function run(spec: object, firewallOwner?: string, more: RunOptions = {}): Promise<Recording> {
  const manifest = {
    apiVersion: "digital-ocean.planton.dev/v1",
    kind: "DigitalOceanDatabaseFirewall",
    metadata: { name: "access", ...more.metadata },
    spec: { cluster: reference, rules: [office], ...spec },
  };
  const { entry, message } = checkStackInput({ catalog, file: "test.yaml", text: JSON.stringify(manifest) });
  const referenced = { firewall_owner: firewallOwner };
  return recordRun({
    entry,
    stackInput: message,
    monitor,
    referenced,
    existing: more.absent ? "absent" : { tags: more.tags ?? [] },
  });
}

const firewall = ({ registrations }: { readonly registrations: readonly Registration[] }): Registration | undefined =>
  registrations.find(({ type }) => type === firewallType);

describe("a database firewall", () => {
  it.each([
    ["keeps the rules when it is destroyed", {}, true],
    ["empties the list when the spec says so", { open_on_delete: true }, false],
  ])("%s", async (_, spec, retainondelete) => {
    expect(firewall(await run(spec, "external"))).toMatchObject({ retainondelete });
  });

  it("sets each rule once and counts them", async () => {
    const tag = { type: "tag", value: "web" };
    const recording = await run({ rules: [tag, office, tag] }, "external");
    expect(firewall(recording)).toMatchObject({ object: { rules: [office, tag] } });
    expect(recording.outputs).toMatchObject({ rule_count: 2 });
  });

  it("refuses a cluster whose own stack sets the rules, before anything is registered", async () => {
    await expect(run({}, "stack")).rejects.toThrow(/external_firewall/);
    expect(firewall(monitor)).toBeUndefined();
  });

  const byId = { cluster: "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30" };

  it("refuses a cluster by its id when the cluster's tags say that a stack sets the rules", async () => {
    await expect(run(byId, undefined, { tags: ["planton:shop-dev"] })).rejects.toThrow(/external_firewall/);
    const tags = ["planton:shop-dev", "planton-firewall:external"];
    expect(firewall(await run(byId, undefined, { tags }))).toBeDefined();
  });

  it("refuses a tag that DigitalOcean does not have, with its place", async () => {
    const rules = [office, { type: "tag", value: "web" }];
    await expect(run({ rules }, "external", { absent: true })).rejects.toThrow(/spec\.rules\[1\]\.value.*"web"/);
    expect(firewall(monitor)).toBeUndefined();
  });

  it("opens a cluster on destroy by open_on_delete alone", async () => {
    const metadata = { retain_on_delete: false };
    await expect(async () => run({}, "external", { metadata })).rejects.toThrow();
    expect(firewall(await run({ open_on_delete: true }, "external", { metadata }))).toMatchObject({
      retainondelete: false,
    });
  });

  it.each([
    ["by its id", { cluster: "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30" }, undefined],
    ["that is public", {}, "none"],
    ["of a stack without that output", {}, undefined],
  ])("takes a cluster %s", async (_, spec, owner) => {
    expect(firewall(await run(spec, owner))).toBeDefined();
  });
});
