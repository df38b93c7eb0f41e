import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../kit/test-client.js";
import { failureOf } from "../kit/test-engine.js";
import type { FakeCluster } from "./fake-tidbcloud.js";
import { basicInputs, clusterTarget, startTestEngine, type TestEngine } from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const posts = () => engine.fake.calls.filter(({ method }) => method === "POST").length;
const puts = () => engine.fake.calls.filter(({ method }) => method === "PUT").length;
const values = () => engine.kept()?.state.values ?? {};
const { owner: _owner, ...withoutOwner } = basicInputs;

async function up(inputs: Parameters<TestEngine["up"]>[0]) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
}

/** A cluster that somebody else made, ready. */
async function foreign(change: Partial<FakeCluster> = {}): Promise<FakeCluster> {
  await engine.up({ ...withoutOwner, owner: "somebody-else-1", keepRootPassword: true });
  const id = engine.kept()?.id ?? "";
  const cluster = engine.fake.clusters.get(id);
  if (cluster === undefined) throw new Error("the cluster was not made");
  delete cluster.labels["planton-owner"];
  Object.assign(cluster, change);
  engine.forget();
  engine.fake.calls.length = 0;
  await engine.restart();
  return cluster;
}

describe("a cluster of ours", () => {
  it.each([
    ["its mark", basicInputs],
    ["the record of an earlier run", withoutOwner],
  ])("is known again by %s when the state was lost, and gets a password again", async (_how, inputs) => {
    await engine.up(inputs);
    const id = engine.kept()?.id;
    const old = values()["password"];
    engine.forget();
    await engine.restart();
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect([engine.kept()?.id, values()["adopted"], posts()]).toEqual([id, false, 1]);
    expect(values()["password"]).not.toBe(old);
    expect(engine.fake.passwords.get(id ?? "")).toBe(values()["password"]);
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
    await engine.refresh();
    expect(await engine.destroy()).toBeUndefined();
    expect([engine.fake.alive(), engine.intents()]).toEqual([[], []]);
  });

  it("is known again by the record when the answer was lost and the vendor keeps no labels", async () => {
    engine.fake.keepsLabelsAtCreate = false;
    engine.fake.faults.set(2, "lost answer");
    for (let call = 3; call < 40; call += 1) engine.fake.faults.set(call, "500 before");
    const { failure } = await up(withoutOwner);
    expect([failure.includes("not known"), engine.kept(), engine.intents().length]).toEqual([true, undefined, 1]);
    engine.fake.faults.clear();
    const [cluster] = engine.fake.alive();
    await engine.restart();
    expect(await up(withoutOwner)).toEqual({ did: "create", failure: "" });
    expect(engine.fake.alive()).toEqual([cluster]);
    expect(engine.kept()?.id).toBe(cluster?.clusterId);
  });

  it("is found under another name by its mark after a lost answer", async () => {
    engine.fake.faults.set(2, "lost answer");
    for (let call = 3; call < 40; call += 1) engine.fake.faults.set(call, "500 before");
    await up(basicInputs);
    engine.fake.faults.clear();
    const [cluster] = engine.fake.alive();
    if (cluster !== undefined) cluster.displayName = "renamed-in-console";
    await engine.restart();
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect(engine.fake.alive().map(({ displayName }) => displayName)).toEqual(["portfolio-db"]);
  });

  it("in another region than the program says is not passed over", async () => {
    await engine.up(basicInputs);
    engine.forget();
    await engine.restart();
    const { failure } = await up({ ...basicInputs, region: "aws-us-east-1" });
    expect(failure).toMatch(/region is "aws-ap-northeast-1", not "aws-us-east-1"/);
  });

  it.each([
    ["a mark", basicInputs],
    ["a record", withoutOwner],
  ])("with %s is never taken for the one that replaces it", async (_how, before) => {
    await engine.up(before);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    const news = { ...before, enhancedEncryption: true };
    const { inputs } = await engine.client.check(clusterTarget, plain(news), old.inputs);
    const diff = await engine.client.diff(clusterTarget, { ...old, inputs, oldInputs: old.inputs });
    expect(diff.replaces).toEqual(["enhancedEncryption"]);
    const fresh = await engine.client.check(clusterTarget, plain(news));
    expect(fresh.inputs.values["rootPassword"]).not.toBe(old.inputs.values["rootPassword"]);
    const made = await engine.client.create(clusterTarget, fresh.inputs);
    expect(made.id).not.toBe(old.id);
    expect(engine.fake.passwords.get(old.id)).toBe(old.state.values["password"]);
    await engine.client.delete(clusterTarget, old.id, old.state);
    expect(engine.fake.alive().map(({ clusterId }) => clusterId)).toEqual([made.id]);
  });

  it("is kept when a replacement that the engine does not tell of finds it", async () => {
    await engine.up(basicInputs);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    await engine.restart();
    // As the engine does for --replace: no old inputs, no diff.
    const { inputs } = await engine.client.check(clusterTarget, plain(basicInputs));
    const made = await engine.client.create(clusterTarget, inputs);
    await engine.client.delete(clusterTarget, old.id, old.state);
    expect([made.id, engine.fake.alive().map(({ clusterId }) => clusterId)]).toEqual([old.id, [old.id]]);
    await engine.restart();
    await engine.client.delete(clusterTarget, made.id, made.state);
    expect(engine.fake.alive().map(({ clusterId }) => clusterId)).toEqual([]);
  });

  it("is not taken for its own replacement when the user forces one, either", async () => {
    await engine.up(basicInputs);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    await engine.client.check(clusterTarget, plain(basicInputs), old.inputs);
    const { inputs } = await engine.client.check(clusterTarget, plain(basicInputs));
    expect((await engine.client.create(clusterTarget, inputs)).id).not.toBe(old.id);
  });
});

describe("a cluster of somebody else", () => {
  it("is refused by default", async () => {
    const cluster = await foreign();
    const { failure } = await up(basicInputs);
    expect(failure).toContain(`"${cluster.clusterId}"`);
    expect([posts(), engine.kept(), engine.intents()]).toEqual([0, undefined, []]);
  });

  it("is taken over with its password left alone, and kept when the stack goes", async () => {
    const cluster = await foreign();
    const inputs = { ...basicInputs, adoption: { policy: "ADOPT_IF_FOUND" }, labels: { team: "web" } };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(values()).toMatchObject({
      clusterId: cluster.clusterId,
      adopted: true,
      host: "gateway01.test.tidbcloud.com",
    });
    expect([posts(), puts(), values()["connectionUri"]]).toEqual([0, 0, undefined]);
    expect(cluster.labels).toMatchObject({ team: "web" });
    expect(cluster.labels["planton-owner"]).toBeUndefined();
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
    await engine.refresh();
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
    expect(await engine.destroy()).toBeUndefined();
    expect(engine.fake.alive()).toHaveLength(1);
  });

  it.each([
    { name: "sets the password when it is told to", adoption: { setPassword: true }, rootPassword: undefined, puts: 1 },
    { name: "notes a password that the program says", adoption: {}, rootPassword: "Known-pass-1", puts: 0 },
  ])("$name", async ({ adoption, rootPassword, puts: expected }) => {
    await foreign();
    const given = rootPassword === undefined ? {} : { rootPassword };
    const inputs = { ...basicInputs, ...given, adoption: { policy: "ADOPT_ONLY", ...adoption } };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(puts()).toBe(expected);
    expect(values()["connectionUri"]).toContain(`:${String(values()["password"])}@`);
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
  });

  it("is taken by its id, whatever its name, and then renamed", async () => {
    const { clusterId } = await foreign({ displayName: "another-name" });
    const inputs = { ...basicInputs, adoption: { policy: "ADOPT_ONLY", clusterId } };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(engine.fake.clusters.get(clusterId)?.displayName).toBe("portfolio-db");
  });

  it.each([
    ["nothing is there", "ADOPT_ONLY", 0, /no cluster/],
    ["two are there", "ADOPT_IF_FOUND", 2, /several/],
  ])("is refused when %s", async (_name, policy, count, text) => {
    for (let index = 0; index < count; index += 1) {
      const cluster = await foreign();
      cluster.displayName = `portfolio-db-${index}`;
    }
    for (const cluster of engine.fake.alive()) cluster.displayName = "portfolio-db";
    expect((await up({ ...basicInputs, adoption: { policy } })).failure).toMatch(text);
    expect(posts()).toBe(0);
  });

  it("that was there before a creation that failed is not taken for what came of it", async () => {
    const { clusterId } = await foreign({ region: { name: "regions/aws-us-east-1" } });
    engine.fake.faults.set(2, "500 before");
    expect((await up(withoutOwner)).failure).toContain("not known");
    expect(await up(withoutOwner)).toEqual({ did: "create", failure: "" });
    expect(engine.kept()?.id).not.toBe(clusterId);
  });

  it("of another region or project does not count", async () => {
    await foreign({ region: { name: "regions/aws-us-east-1" } });
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
  });
});
