import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../kit/test-client.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

const cluster = { type: "digitalocean:index/databaseCluster:DatabaseCluster" };
const vpc = { type: "digitalocean:index/vpc:Vpc" };
const creations = [
  {
    target: cluster,
    path: /databases$/,
    values: { name: "db", engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-1gb", nodeCount: 1 },
    count: (fake: TestPlugin["fake"]) => fake.clusters.size,
  },
  {
    target: vpc,
    path: /vpcs$/,
    values: { name: "net", region: "nyc3" },
    count: (fake: TestPlugin["fake"]) => fake.vpcs.size,
  },
];

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

function posts(path: RegExp): number {
  return plugin.fake.requests.filter((request) => request.method === "POST" && path.test(request.path)).length;
}

describe.each(creations)("the POST of $target.type", ({ target, path, values, count }) => {
  it("is sent again when its answer is lost, which makes two", async () => {
    plugin.fake.faults.push({ method: "POST", path });
    const { id } = await plugin.client.create(target, plain(values));
    expect([posts(path), count(plugin.fake)]).toEqual([2, 2]);
    expect([...plugin.fake.clusters.keys(), ...plugin.fake.vpcs.keys()].at(-1)).toBe(id);
  });

  it.each([429, 500, 503])("is sent again after %s", async (status) => {
    plugin.fake.faults.push({ method: "POST", path, status });
    await plugin.client.create(target, plain(values));
    expect([posts(path), count(plugin.fake)]).toEqual([2, 1]);
  });

  it("fails with the last answer after 5 attempts", async () => {
    plugin.fake.faults.push(...Array.from({ length: 5 }, () => ({ method: "POST", path, status: 503 })));
    const message = /: POST http:\S+: 503 \(request "req-1"\) a fault; giving up after 5 attempt\(s\)$/;
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(message);
    expect([posts(path), count(plugin.fake)]).toEqual([5, 0]);
  });

  it("fails without an answer after 5 attempts, each with its effect", async () => {
    plugin.fake.faults.push(...Array.from({ length: 5 }, () => ({ method: "POST", path })));
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(/: Post "http:\S+": \S/);
    expect([posts(path), count(plugin.fake)]).toEqual([5, 5]);
  });

  it("is not sent again when its answer is cut, and leaves what it made", async () => {
    plugin.fake.faults.push({ method: "POST", path, cut: true });
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(/: unexpected EOF$/);
    expect([posts(path), count(plugin.fake)]).toEqual([1, 1]);
  });

  it("is sent again when an answer of 503 is cut", async () => {
    plugin.fake.faults.push({ method: "POST", path, status: 503, cut: true });
    await plugin.client.create(target, plain(values));
    expect([posts(path), count(plugin.fake)]).toEqual([2, 1]);
  });

  it("is sent as often as httpRetryMax says", async () => {
    await plugin.client.configure(plain({ httpRetryMax: "0" }));
    plugin.fake.faults.push({ method: "POST", path });
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(/Post "/);
    expect(posts(path)).toBe(1);
  });
});

describe("custom timeouts", () => {
  const hour = 3600;

  it("are warned of where the resource has none: creation, update and their previews", async () => {
    const { id } = await plugin.client.create(cluster, plain(creations[0]?.values ?? {}));
    const firewall = { type: "digitalocean:index/databaseFirewall:DatabaseFirewall" };
    const inputs = plain({ clusterId: id, rules: [{ type: "ip_addr", value: "192.0.2.1" }] });
    await plugin.client.create(firewall, inputs, { preview: true, timeoutSeconds: 90 });
    const created = await plugin.client.create(firewall, inputs, { timeoutSeconds: 90 });
    await plugin.client.update(firewall, { ...created, inputs }, true, hour);
    await plugin.client.update(firewall, { ...created, inputs }, false, hour);
    await plugin.client.delete(firewall, created.id, created.state, hour);
    const text = "Resource does not support customTimeouts, ignoring:";
    expect(plugin.warnings).toEqual([
      `${text} create=1m30s`,
      `${text} create=1m30s`,
      `${text} update=1h0m0s`,
      `${text} update=1h0m0s`,
    ]);
  });

  it.each([
    { target: cluster, creates: 0 },
    { target: vpc, creates: 1 },
  ])("of $target.type: no update, and $creates warnings of create", async ({ target, creates }) => {
    const inputs = plain(creations.find((creation) => creation.target === target)?.values ?? {});
    const created = await plugin.client.create(target, inputs, { timeoutSeconds: hour });
    expect(plugin.warnings).toHaveLength(creates);
    await plugin.client.update(target, { ...created, inputs });
    expect(plugin.warnings).toHaveLength(creates);
    await plugin.client.update(target, { ...created, inputs }, false, hour);
    expect(plugin.warnings).toHaveLength(creates + 1);
  });
});
