import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../kit/testing/test-client.js";
import { accountId, startTestPlugin, type TestPlugin } from "./test-plugin.js";

const queue = { type: "cloudflare:index/queue:Queue" };
const queues = `/accounts/${accountId}/queues`;

let plugin: TestPlugin;
beforeEach(async () => {
  plugin = await startTestPlugin();
});
afterEach(() => plugin.stop());

const rows = [
  {
    target: { type: "cloudflare:index/workersKvNamespace:WorkersKvNamespace" },
    path: `/accounts/${accountId}/storage/kv/namespaces`,
    first: { title: "shop" },
    second: { title: "market" },
    changed: ["title"],
    made: { supportsUrlEncoding: true },
  },
  {
    target: queue,
    path: queues,
    first: { queueName: "shop", settings: { deliveryDelay: 5 } },
    second: { queueName: "market", settings: { deliveryDelay: 0, deliveryPaused: true } },
    changed: ["queueName", "settings.deliveryDelay", "settings.deliveryPaused"],
    made: { producersTotalCount: 0 },
  },
];

describe.each(rows)("$target.type", ({ target, path, first, second, changed, made }) => {
  it("is created, read, changed in place, imported and deleted, with one request each", async () => {
    const { inputs } = await plugin.client.check(target, plain({ accountId, ...first }));
    const { id, state } = await plugin.client.create(target, inputs);
    expect(state.values).toMatchObject({ accountId, ...first, ...made });
    const again = await plugin.client.read(target, id, { state, inputs });
    expect((await plugin.client.diff(target, { ...again, inputs })).none).toBe(true);
    const wanted = await plugin.client.check(target, plain({ accountId, ...second }), inputs);
    const diff = await plugin.client.diff(target, { state, inputs: wanted.inputs });
    expect([[...diff.paths].sort(), diff.replaces]).toEqual([changed, []]);
    const updated = await plugin.client.update(target, { id, state, inputs: wanted.inputs });
    expect(updated.values).toMatchObject(second);
    const imported = await plugin.client.read(target, `${accountId}/${id}`);
    expect(imported.id).toBe(id);
    expect((await plugin.client.diff(target, { ...imported, inputs: wanted.inputs })).none).toBe(true);
    await plugin.client.delete(target, id, updated);
    const requests = plugin.sent().map(({ method, path: sent }) => `${method} ${sent}`);
    const item = `${path}/${id}`;
    expect(requests).toEqual([`POST ${path}`, `GET ${item}`, `PUT ${item}`, `GET ${item}`, `DELETE ${item}`]);
    expect(await plugin.ask("GET", path)).toEqual([]);
  });

  it("is gone when it is not found, and its deletion then fails", async () => {
    const inputs = plain({ accountId, ...first });
    const { id, state } = await plugin.client.create(target, inputs);
    await plugin.ask("DELETE", `${path}/${id}`);
    expect((await plugin.client.read(target, id, { state, inputs })).id).toBe("");
    await expect(plugin.client.delete(target, id, state)).rejects.toThrow('": 404 Not Found {"success":false');
  });

  it("is refused when its name is taken, in the words of the vendor's client", async () => {
    await plugin.client.create(target, plain({ accountId, ...first }));
    const second = plugin.client.create(target, plain({ accountId, ...first }));
    await expect(second).rejects.toThrow(/failed to make http request: POST "http:.*": 40\d .*"code":1\d{4}/);
  });

  it("is made anew in another account, the new one first", async () => {
    const { state } = await plugin.client.create(target, plain({ accountId, ...first }));
    const diff = await plugin.client.diff(target, { state, inputs: plain({ accountId: "5b".repeat(16), ...first }) });
    expect([diff.replaces, diff.deleteBeforeReplace]).toEqual([["accountId"], false]);
  });
});

describe("a request", () => {
  it("that loses its response is sent again, POST too, and finds its own name taken", async () => {
    await plugin.fake.fail("reset after", { method: "POST" });
    await expect(plugin.client.create(queue, plain({ accountId, queueName: "shop" }))).rejects.toThrow("11009");
    expect(plugin.sent().map(({ method }) => method)).toEqual(["POST", "POST"]);
    expect(await plugin.ask("GET", queues)).toMatchObject([{ queue_name: "shop" }]);
  });

  it("is sent again after a 503 ten times at most", async () => {
    await plugin.fake.plan({ method: "POST", status: 503, count: 20 });
    await expect(plugin.client.create(queue, plain({ accountId, queueName: "shop" }))).rejects.toThrow(": 503 ");
    expect(plugin.sent()).toHaveLength(11);
  });

  it("is not sent again where the vendor says so", async () => {
    await plugin.client.create(queue, plain({ accountId, queueName: "shop" }));
    plugin.mark();
    await expect(plugin.client.create(queue, plain({ accountId, queueName: "shop" }))).rejects.toThrow("409 Conflict");
    expect(plugin.sent()).toHaveLength(1);
  });

  it("that changes something and fails leaves the old state", async () => {
    const { id, state } = await plugin.client.create(queue, plain({ accountId, queueName: "shop" }));
    const update = plugin.client.update(queue, { id, state, inputs: plain({ accountId, queueName: "Not Legal" }) });
    await expect(update).rejects.toMatchObject({ unfinished: undefined, message: expect.stringContaining("11003") });
  });

  it("takes away by null what the program dropped", async () => {
    const inputs = { accountId, queueName: "shop", jurisdiction: "eu" };
    const { id, state } = await plugin.client.create(queue, plain(inputs));
    plugin.mark();
    const wanted = plain({ accountId, queueName: "market" });
    await plugin.client.update(queue, { id, state, inputs: wanted });
    expect(plugin.sent()).toMatchObject([{ body: { queue_name: "market", jurisdiction: null } }]);
  });

  it.each(["shop", "a/b/c", "/b"])("refuses the import id %s", async (id) => {
    await expect(plugin.client.read(queue, id)).rejects.toThrow('expected "<account_id>/<id>"');
  });
});
