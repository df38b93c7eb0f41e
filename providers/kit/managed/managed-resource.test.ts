import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noProperties } from "../schema/property-value.js";
import { failureOf } from "../testing/test-engine.js";
import {
  addQueue,
  basicQueue,
  listQueues,
  type QueueEngine,
  queueTarget,
  startQueueEngine,
} from "./test-queue-engine.js";

let engine: QueueEngine;

beforeEach(async () => {
  engine = await startQueueEngine();
});

afterEach(() => engine.stop());

const values = () => engine.kept()?.state.values ?? {};
const sent = (method: string) => engine.fake.requests.filter((request) => request.method === method);
const foreign = { name: "jobs", color: "red", size: 1, mark: "stack-2" };

/** Drops state and records, as work on another machine does. */
async function forgetAll(): Promise<void> {
  engine.forget();
  rmSync(join(engine.home, "intents"), { recursive: true, force: true });
  await engine.restart();
}

describe("create", () => {
  it("waits for the vendor's task, sets what a creation does not, and keeps what is returned once as a secret", async () => {
    expect((await engine.up(basicQueue)).error).toBeUndefined();
    const [{ id } = {}] = await listQueues(engine);
    expect(values()).toMatchObject({ queueId: id, state: "active", size: 1, token: `once-${String(id)}` });
    expect(engine.kept()?.state.secrets).toEqual(new Set(["password", "token"]));
    expect(sent("PATCH").map(({ body }) => body)).toEqual([{ password: basicQueue.password }]);
    await engine.refresh();
    expect(values()).toMatchObject({ token: `once-${String(id)}`, password: basicQueue.password, owner: "stack-1" });
    expect((await engine.up(basicQueue)).did).toBe("nothing");
  });

  it("keeps nothing of one whose task failed", async () => {
    await engine.fake.set({ tasks: "fail" });
    expect(failureOf(await engine.up(basicQueue))).toContain("gave up");
    expect([engine.kept(), engine.intents(), await listQueues(engine)]).toEqual([undefined, [], []]);
  });

  it("finds its own by mark without a record", async () => {
    await engine.up(basicQueue);
    const { id } = engine.kept() ?? {};
    await forgetAll();
    expect((await engine.up({ ...basicQueue, size: 3 })).error).toBeUndefined();
    expect([engine.kept()?.id, sent("POST").length]).toEqual([id, 1]);
    expect(await listQueues(engine)).toMatchObject([{ id, size: 3 }]);
  });

  it("refuses its own when something differs that cannot be changed", async () => {
    await engine.up(basicQueue);
    await forgetAll();
    expect(failureOf(await engine.up({ ...basicQueue, color: "blue" }))).toContain('color is "red", not "blue"');
    expect([engine.kept(), sent("POST").length]).toEqual([undefined, 1]);
  });

  it.each<{ policy: string; queues: number; adopted: boolean; fails: boolean }>([
    { policy: "refuse", queues: 1, adopted: false, fails: true },
    { policy: "take-equal", queues: 1, adopted: false, fails: true },
    { policy: "adopt", queues: 1, adopted: true, fails: false },
    { policy: "adopt-only", queues: 1, adopted: true, fails: false },
    { policy: "ignore", queues: 2, adopted: false, fails: false },
  ])("with the policy $policy and one of others", async ({ policy, queues, adopted, fails }) => {
    const id = await addQueue(engine, foreign);
    expect((await engine.up({ ...basicQueue, policy })).error !== undefined).toBe(fails);
    expect((await listQueues(engine)).length).toBe(queues);
    expect(engine.kept()?.id === id).toBe(adopted);
  });

  it.each([
    { what: "none exists", policy: "adopt-only", count: 0, color: "red", says: "there is no queue" },
    { what: "two exist", policy: "adopt", count: 2, color: "red", says: "several" },
    { what: "it cannot be changed", policy: "adopt", count: 1, color: "blue", says: 'color is "blue", not "red"' },
  ])("adopts nothing when $what", async ({ policy, count, color, says }) => {
    for (let made = 0; made < count; made += 1) await addQueue(engine, { ...foreign, color });
    expect(failureOf(await engine.up({ ...basicQueue, policy }))).toContain(says);
    expect([engine.kept(), engine.intents(), sent("POST")]).toEqual([undefined, [], []]);
  });

  it("finds its own by mark and name alone, also when another one carries the mark", async () => {
    const id = await addQueue(engine, { ...foreign, mark: basicQueue.owner, name: "others" });
    expect((await engine.up(basicQueue)).error).toBeUndefined();
    expect([engine.kept()?.id === id, (await listQueues(engine)).length]).toEqual([false, 2]);
  });

  it("takes none of two that can have come of its lost creation", async () => {
    await engine.fake.set({ keepsMarks: false });
    engine.fake.before("POST", async () => {
      await addQueue(engine, { ...foreign, mark: "" });
      await engine.fake.fail("reset after");
    });
    await engine.up(basicQueue);
    expect([engine.kept(), engine.intents().length]).toEqual([undefined, 1]);
    await engine.restart();
    expect(failureOf(await engine.up(basicQueue))).toContain("several");
    expect(sent("POST").length).toBe(1);
  });
});

describe("an object whose creation was not finished", () => {
  it("is kept with its id, and finished by the next run after a refresh", async () => {
    // The password is not set, so that the creation ends with an object whose work is not done.
    engine.fake.before("PATCH", () => engine.fake.fail("500 before", { resets: 40 }));
    const { error } = await engine.up(basicQueue);
    await engine.fake.clearFaults();
    expect([error?.unfinished?.id, (await listQueues(engine)).length]).toEqual([engine.kept()?.id, 1]);
    expect(values()["password"]).toBeUndefined();
    await engine.refresh();
    expect((await engine.up(basicQueue)).error).toBeUndefined();
    expect(values()).toMatchObject({ state: "active", password: basicQueue.password });
    await engine.fake.act("password", { name: "jobs", password: basicQueue.password });
  });
});

describe("update", () => {
  beforeEach(() => engine.up(basicQueue));

  it("sends only what differs", async () => {
    await engine.up({ ...basicQueue, size: 5 });
    expect(sent("PATCH").at(-1)?.body).toEqual({ size: 5 });
    expect(values()).toMatchObject({ size: 5, password: basicQueue.password });
  });

  it("keeps what was known when the vendor refuses", async () => {
    engine.fake.respond("PATCH", 403, { message: "no" });
    const { error } = await engine.up({ ...basicQueue, password: "marker-2" });
    expect(error?.unfinished?.reasons).toHaveLength(1);
    expect(values()["password"]).toBe(basicQueue.password);
  });

  it("says that it is gone, and a refresh drops it", async () => {
    const { id = "" } = engine.kept() ?? {};
    await engine.fake.call({ method: "DELETE", path: `/q/queues/${id}`, token: "test" });
    expect(failureOf(await engine.up({ ...basicQueue, size: 5 }))).toContain("is gone");
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });
});

describe("delete", () => {
  beforeEach(() => engine.up(basicQueue));

  it("waits until it is gone", async () => {
    expect(await engine.destroy()).toBeUndefined();
    expect([await listQueues(engine), sent("DELETE").length]).toEqual([[], 1]);
  });

  it("is a success when it is gone, or going by somebody else's hand", async () => {
    const { id = "" } = engine.kept() ?? {};
    await engine.fake.call({ method: "DELETE", path: `/q/queues/${id}`, token: "test" });
    expect(await engine.destroy()).toBeUndefined();
  });
});

describe("import", () => {
  it("takes one by its id with all that the vendor returns", async () => {
    const id = await addQueue(engine, foreign);
    const { state, inputs } = await engine.client.read(queueTarget, id, { state: noProperties, inputs: noProperties });
    expect(inputs.values).toEqual({ name: "jobs", color: "red", size: 1 });
    expect(state.values).toMatchObject({ queueId: id, state: "active" });
  });

  it("refuses what is no id", async () => {
    await expect(engine.client.read(queueTarget, "jobs")).rejects.toThrow("no id of a queue");
  });
});
