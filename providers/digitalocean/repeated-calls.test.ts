import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asObjects } from "../../http/json.js";
import { plain } from "../kit/testing/test-client.js";
import { startTestPlugin, type TestPlugin } from "./test-plugin.js";

const cluster = { type: "digitalocean:index/databaseCluster:DatabaseCluster" };
const vpc = { type: "digitalocean:index/vpc:Vpc" };
const creations = [
  {
    target: cluster,
    path: "/v2/databases",
    values: { name: "db-1", engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-1gb", nodeCount: 1 },
    counted: "clusters",
  },
  { target: vpc, path: "/v2/vpcs", values: { name: "net", region: "nyc3" }, counted: "vpcs" },
] as const;

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await startTestPlugin();
});

afterEach(() => plugin.stop());

function posts(path: string): number {
  return plugin.sent().filter((request) => request.method === "POST" && request.path === path).length;
}

describe.each(creations)("the POST of $target.type", ({ target, path, values, counted }) => {
  const count = async (): Promise<number> => (await plugin.count())[counted];

  it("is sent again when its response is lost, which makes two, or one whose name is taken", async () => {
    await plugin.fake.plan({ method: "POST", path, dropResponse: true });
    const creation = plugin.client.create(target, plain(values));
    if (counted === "vpcs") {
      await expect(creation).rejects.toThrow("422");
      expect([posts(path), await count()]).toEqual([2, 1]);
      return;
    }
    const { id } = await creation;
    expect([posts(path), await count()]).toEqual([2, 2]);
    const { databases } = await plugin.ask("GET", path);
    expect(asObjects(databases).at(-1)?.["id"]).toBe(id);
  });

  it.each([429, 500, 503])("is sent again after %s", async (status) => {
    await plugin.fake.plan({ method: "POST", path, status });
    await plugin.client.create(target, plain(values));
    expect([posts(path), await count()]).toEqual([2, 1]);
  });

  it("fails with the last response after 5 attempts", async () => {
    await plugin.fake.plan({ method: "POST", path, status: 503, message: "a fault", count: 5 });
    const message = /: POST http:\S+: 503 \(request "[^"]+"\) a fault; giving up after 5 attempt\(s\)$/;
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(message);
    expect([posts(path), await count()]).toEqual([5, 0]);
  });

  it("fails without a response after 5 attempts, each with its effect", async () => {
    await plugin.fake.plan({ method: "POST", path, dropResponse: true, count: 5 });
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(/: Post "http:\S+": \S/);
    expect([posts(path), await count()]).toEqual([5, counted === "vpcs" ? 1 : 5]);
  });

  it("is not sent again when its response is cut, and leaves what it made", async () => {
    await plugin.fake.plan({ method: "POST", path, truncateResponse: true });
    await expect(plugin.client.create(target, plain(values))).rejects.toThrow(/: unexpected EOF$/);
    expect([posts(path), await count()]).toEqual([1, 1]);
  });

  it("is sent again when a response of 503 is cut", async () => {
    await plugin.fake.plan({ method: "POST", path, status: 503, truncateResponse: true });
    await plugin.client.create(target, plain(values));
    expect([posts(path), await count()]).toEqual([2, 1]);
  });

  it("is sent as often as httpRetryMax says", async () => {
    await plugin.client.configure(plain({ httpRetryMax: "0" }));
    await plugin.fake.plan({ method: "POST", path, dropResponse: true });
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
