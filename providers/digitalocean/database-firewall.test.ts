import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isList, isMap, type Properties, unknownValue } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

const target = { type: "digitalocean:index/databaseFirewall:DatabaseFirewall" };
const cluster = { type: "digitalocean:index/databaseCluster:DatabaseCluster" };
const office = { type: "ip_addr", value: "192.0.2.0/24" };
const app = { type: "tag", value: "web" };
const kubernetes = { type: "k8s", value: "00000000-0000-4000-8000-000000000001" };

const wholeSecond = /^2026-01-02T03:\d\d:\d\dZ$/;

function ruleOf(state: Properties, index: number): { readonly uuid: string; readonly createdAt: string } {
  const rules = state.values["rules"];
  const rule = isList(rules) ? rules[index] : undefined;
  return isMap(rule)
    ? { uuid: String(rule["uuid"]), createdAt: String(rule["createdAt"]) }
    : { uuid: "none", createdAt: "none" };
}

let plugin: TestPlugin;
let clusterId: string;

beforeEach(async () => {
  plugin = await startTestPlugin();
  const values = { name: "db-1", engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-1gb", nodeCount: 1 };
  clusterId = (await plugin.client.create(cluster, plain(values))).id;
  await plugin.ask("POST", "/v2/tags", { name: "web" });
  plugin.mark();
});

afterEach(() => plugin.stop());

describe("DatabaseFirewall", () => {
  it("puts the whole list and reads it back", async () => {
    const { id, state } = await plugin.client.create(target, plain({ clusterId, rules: [office, app] }));
    expect(id).toMatch(new RegExp(`^${clusterId}-\\d{17}[0-9a-f]{8}$`));
    const [put] = plugin.sent();
    expect(put).toMatchObject({ method: "PUT", path: `/v2/databases/${clusterId}/firewall` });
    expect(put?.body).toEqual({
      rules: [office, app].map((rule) => ({ ...rule, uuid: "", cluster_uuid: "", created_at: "0001-01-01T00:00:00Z" })),
    });
    expect(state.values["rules"]).toEqual([
      { ...office, uuid: expect.any(String), createdAt: expect.stringMatching(wholeSecond) },
      { ...app, uuid: expect.any(String), createdAt: expect.stringMatching(wholeSecond) },
    ]);
  });

  it("takes rules as a set, and keeps the uuid of those that stay", async () => {
    const created = await plugin.client.create(target, plain({ clusterId, rules: [office, app] }));
    const { uuid, createdAt } = ruleOf(created.state, 1);
    const turned = plain({ clusterId, rules: [app, office] });
    expect((await plugin.client.diff(target, { ...created, inputs: turned })).none).toBe(true);
    const inputs = plain({ clusterId, rules: [kubernetes, app] });
    expect((await plugin.client.diff(target, { ...created, inputs })).paths).toEqual(["rules[0]"]);
    const preview = await plugin.client.update(target, { ...created, inputs }, true);
    expect(preview.values["rules"]).toEqual([
      { ...kubernetes, uuid: unknownValue, createdAt: unknownValue },
      { ...app, uuid, createdAt },
    ]);
    const state = await plugin.client.update(target, { ...created, inputs });
    expect(state.values["rules"]).toMatchObject([
      { type: "k8s", uuid: expect.not.stringMatching(uuid) },
      { type: "tag", uuid },
    ]);
  });

  it("is imported by the cluster's id", async () => {
    await plugin.client.create(target, plain({ clusterId, rules: [office] }));
    const { id, inputs, state } = await plugin.client.read(target, clusterId);
    expect(id.startsWith(`${clusterId}-`)).toBe(true);
    expect((await plugin.client.diff(target, { state, inputs })).none).toBe(true);
    const program = plain({ clusterId, rules: [office] });
    expect((await plugin.client.diff(target, { state, inputs: program })).none).toBe(true);
  });

  it("empties the list when it is deleted, and fails when the cluster is gone", async () => {
    const { id, state } = await plugin.client.create(target, plain({ clusterId, rules: [office] }));
    await plugin.client.delete(target, id, state);
    expect(plugin.sent().at(-1)?.body).toEqual({ rules: [] });
    await plugin.ask("DELETE", `/v2/databases/${clusterId}`);
    await expect(plugin.client.delete(target, id, state)).rejects.toThrow("404");
    expect((await plugin.client.read(target, id, { state })).id).toBe("");
  });

  it.each([
    { values: { clusterId: "c", rules: [] }, property: "rules" },
    { values: { clusterId: "c", rules: [{ type: "ip", value: "x" }] }, property: "rules[0].type" },
    { values: { clusterId: "c", rules: [{ ...office, description: "x" }] }, property: "rules[0].description" },
    { values: { rules: [office] }, property: "clusterId" },
  ])("names $property", async ({ values, property }) => {
    const { failures } = await plugin.client.check(target, plain(values));
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });

  it("replaces for another cluster", async () => {
    const { state } = await plugin.client.create(target, plain({ clusterId, rules: [office] }));
    const diff = await plugin.client.diff(target, {
      state,
      inputs: plain({ clusterId: unknownValue, rules: [office] }),
    });
    expect(diff).toMatchObject({ replaces: ["clusterId"], deleteBeforeReplace: false });
  });
});
