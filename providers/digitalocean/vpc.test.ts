import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unknownValue } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

const target = { type: "digitalocean:index/vpc:Vpc" };
const basic = { name: "net", region: "nyc3" };

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

describe("Vpc", () => {
  it("creates, reads and imports without a difference", async () => {
    const preview = await plugin.client.create(target, plain(basic), { preview: true });
    expect(preview.state.values).toMatchObject({ ...basic, ipRange: unknownValue, vpcUrn: unknownValue });
    const { id, state } = await plugin.client.create(target, plain(basic));
    expect(state.values).toEqual({
      ...basic,
      ...{ ipRange: expect.stringMatching(/^10[.].*[/]20$/), vpcUrn: `do:vpc:${id}`, default: false },
      createdAt: "2026-01-02 03:04:05 +0000 UTC",
    });
    expect((await plugin.client.diff(target, { state, inputs: plain(basic) })).none).toBe(true);
    const imported = await plugin.client.read(target, id);
    expect(imported.state).toEqual(state);
    expect((await plugin.client.diff(target, imported)).none).toBe(true);
  });

  it("updates name and description, replaces for region and range", async () => {
    const { id, state } = await plugin.client.create(target, plain(basic));
    const inputs = plain({ ...basic, name: "net-2", description: "d" });
    expect((await plugin.client.diff(target, { state, inputs })).paths).toEqual(["description", "name"]);
    const updated = await plugin.client.update(target, { id, state, inputs });
    expect(updated.values).toMatchObject({ name: "net-2", description: "d" });
    const other = plain({ ...basic, region: "ams3", ipRange: "10.2.0.0/16" });
    const diff = await plugin.client.diff(target, { state, inputs: other });
    expect(diff).toMatchObject({ replaces: ["ipRange", "region"], deleteBeforeReplace: true });
  });

  it("keeps a description that the program takes away, and finds that difference for ever", async () => {
    const { id, state } = await plugin.client.create(target, plain({ ...basic, description: "d" }));
    const inputs = plain(basic);
    const updated = await plugin.client.update(target, { id, state, inputs });
    expect(plugin.sent().find(({ method }) => method === "PUT")?.body).toEqual({ name: "net", default: false });
    expect((await plugin.client.diff(target, { state: updated, inputs })).paths).toEqual(["description"]);
  });

  it("tries to delete again while members are there", async () => {
    const { id, state } = await plugin.client.create(target, plain(basic));
    for (const status of [403, 409]) await plugin.fake.plan({ method: "DELETE", status, message: "members" });
    await plugin.client.delete(target, id, state);
    expect((await plugin.count()).vpcs).toBe(0);
    expect(plugin.sent().filter(({ method }) => method === "DELETE")).toHaveLength(3);
  });

  it("gives up when the delete timeout is over", async () => {
    const { id, state } = await plugin.client.create(target, plain(basic));
    const cluster = { name: "db-1", engine: "pg", region: "nyc3", size: "db-s-1vcpu-1gb", num_nodes: 1 };
    await plugin.ask("POST", "/v2/databases", { ...cluster, private_network_uuid: id });
    await expect(plugin.client.delete(target, id, state, 1)).rejects.toThrow("Can not delete VPC with members");
    expect((await plugin.count()).vpcs).toBe(1);
  });

  it("fails to delete what is gone", async () => {
    await expect(plugin.client.delete(target, "nope", plain(basic))).rejects.toThrow("404");
  });

  it.each([
    { values: { ...basic, ipRange: "10.0.0.0" }, property: "ipRange" },
    { values: { ...basic, description: "x".repeat(256) }, property: "description" },
    { values: { name: "net" }, property: "region" },
  ])("names $property", async ({ values, property }) => {
    const { failures } = await plugin.client.check(target, plain(values));
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });
});

describe("getVpc", () => {
  const token = "digitalocean:index/getVpc:getVpc";

  it.each(["id", "name"] as const)("finds by %s", async (key) => {
    const { id } = await plugin.client.create(target, plain(basic));
    const { result } = await plugin.client.invoke(token, { [key]: key === "id" ? id : "net" });
    expect(result.values).toMatchObject({ ...basic, id, urn: `do:vpc:${id}`, description: "" });
  });

  it("wants exactly one of id, name and region", async () => {
    expect((await plugin.client.invoke(token, {})).failures).toHaveLength(1);
    expect((await plugin.client.invoke(token, { id: "a", name: "b" })).failures).toHaveLength(1);
  });

  it.each([{ id: "nope" }, { name: "nope" }, { region: "ams3" }])("fails for %o", async (search) => {
    await plugin.client.create(target, plain(basic));
    await expect(plugin.client.invoke(token, search)).rejects.toThrow("error retrieving vpc");
  });
});
