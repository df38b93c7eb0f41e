import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import { aliveClusters, basicInputs, clusterTarget, sentBy, startTestEngine, type TestEngine } from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

async function made(): Promise<string> {
  await engine.up(basicInputs);
  return engine.kept()?.id ?? "";
}

const remove = (clusterId: string) => engine.fake.act("remove-cluster", { clusterId });
const alive = async () => (await aliveClusters(engine)).length;

describe("read", () => {
  it.each([404, 403])("finds a cluster gone when the response is %i and the list does not have it", async (status) => {
    const id = await made();
    await engine.fake.set({ missingCluster: String(status) });
    await remove(id);
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
    const result = await engine.up(basicInputs);
    expect([result.did, failureOf(result), await alive()]).toEqual(["create", "", 1]);
  });

  it("finds a cluster that is being deleted gone", async () => {
    await engine.fake.ask("DELETE", `/v1beta1/clusters/${await made()}`);
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });

  it.each([
    { name: "a key without rights", responses: [403, 403], how: {} },
    { name: "a 403 for a cluster that is listed", responses: [403], how: {} },
    { name: "a gateway's own 404", responses: [404], how: { html: true } as const },
  ])("does not take $name for a deletion", async ({ responses, how }) => {
    const id = await made();
    for (const status of responses) await engine.fake.refuse("GET", status, how);
    await expect(engine.refresh()).rejects.toThrow(String(responses[0]));
    expect(engine.kept()?.id).toBe(id);
  });

  it.each(["", "clusters/"])('imports by the id after "%s", and the program that fits is no change', async (prefix) => {
    const inputs = { ...basicInputs, labels: { team: "web" }, spendingLimitMonthlyCents: 0 };
    await engine.up(inputs);
    const id = engine.kept()?.id ?? "";
    const read = await engine.client.read(clusterTarget, `${prefix}${id}`);
    expect(read).toMatchObject({ id, state: { values: { clusterId: id, adopted: false } } });
    expect(read.inputs.values).toMatchObject({
      displayName: "portfolio-db",
      region: "aws-ap-northeast-1",
      labels: { team: "web" },
    });
    expect(read.inputs.values["rootPassword"]).toBeUndefined();
    const checked = await engine.client.check(clusterTarget, plain(inputs), read.inputs);
    expect([checked.failures, checked.inputs.values["rootPassword"]]).toEqual([[], undefined]);
    const sides = { id, state: read.state, inputs: checked.inputs, oldInputs: read.inputs };
    expect((await engine.client.diff(clusterTarget, sides)).paths).toEqual([]);
    const whole = await engine.client.check(clusterTarget, read.inputs, read.inputs);
    expect((await engine.client.diff(clusterTarget, { ...sides, inputs: whole.inputs })).none).toBe(true);
  });

  it("says that there is nothing to import, or that the id is none", async () => {
    expect((await engine.client.read(clusterTarget, "123")).id).toBe("");
    await expect(engine.client.read(clusterTarget, "my cluster")).rejects.toThrow("no id of a cluster");
  });

  it("takes an imported cluster without our mark for somebody else's, and keeps it on destroy", async () => {
    const id = await engine.fake.addCluster();
    const read = await engine.client.read(clusterTarget, id);
    expect(read.state.values["adopted"]).toBe(true);
    await engine.client.delete(clusterTarget, id, read.state);
    expect(await alive()).toBe(1);
  });
});

describe("an update of a cluster that is gone", () => {
  it("says so, and after a refresh a new one is made", async () => {
    await remove(await made());
    const inputs = { ...basicInputs, displayName: "other-name" };
    const { error } = await engine.up(inputs);
    expect(failureOf({ error })).toContain("gone");
    await engine.refresh();
    expect(await engine.up(inputs)).toEqual({ did: "create", error: undefined });
    expect(await alive()).toBe(1);
  });
});

describe("delete", () => {
  it("of a cluster that is gone is a success", async () => {
    await remove(await made());
    expect(await engine.destroy()).toBeUndefined();
  });

  it("waits until the cluster is gone", async () => {
    await made();
    expect(await engine.destroy()).toBeUndefined();
    const { clusters } = await engine.fake.ask("GET", "/v1beta1/clusters");
    expect(clusters).toEqual([]);
  });

  it("keeps what does not go in time, and the next run waits on", async () => {
    const clusterId = await made();
    await engine.up({ ...basicInputs, deleteTimeoutSeconds: 1 });
    await engine.fake.fail("stuck");
    expect((await engine.destroy())?.message).toContain("still being deleted");
    engine.fake.before("GET", () => engine.fake.before("GET", () => remove(clusterId)));
    await engine.up({ ...basicInputs, deleteTimeoutSeconds: 60 });
    expect(await engine.destroy()).toBeUndefined();
    expect(sentBy(engine, "DELETE")).toHaveLength(2);
  });

  it.each([
    ["RETAIN", 1],
    ["DELETE", 0],
  ])("with the policy %s leaves %i", async (deletionPolicy, count) => {
    await engine.up({ ...basicInputs, deletionPolicy });
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive()).toBe(count);
  });

  it("is refused while the cluster has deletionProtection, and goes through after false was applied", async () => {
    await engine.up({ ...basicInputs, deletionProtection: true });
    expect((await engine.destroy())?.message).toContain("deletionProtection");
    expect(await alive()).toBe(1);
    await engine.up({ ...basicInputs, deletionProtection: false });
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive()).toBe(0);
  });

  it("is not begun by a replacement while the cluster has deletionProtection", async () => {
    await engine.up({ ...basicInputs, deletionProtection: true });
    const elsewhere = { ...basicInputs, region: "aws-us-west-2" };
    expect(await engine.up(elsewhere)).toMatchObject({ did: "refused" });
    expect(await alive()).toBe(1);
  });

  it("reports the vendor's reason", async () => {
    await made();
    await engine.fake.refuse("DELETE", 400, { message: "planned" });
    expect((await engine.destroy())?.message).toMatch(/400 \(trace "[^"]+"\) planned/);
    expect(await alive()).toBe(1);
  });
});
