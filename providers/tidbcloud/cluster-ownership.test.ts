import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultProjectId, secondProjectId } from "../../sandbox/tidbcloud/state.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  aliveClusters,
  basicInputs,
  clusterTarget,
  gateway,
  listClusters,
  losePost,
  sentBy,
  startTestEngine,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const posts = () => sentBy(engine, "POST").length;
const puts = () => sentBy(engine, "PUT").length;
const alive = () => aliveClusters(engine);
const hasPassword = (clusterId: string | undefined, password: unknown) =>
  engine.fake.hasPassword({ clusterId: String(clusterId) }, password);
const values = () => engine.kept()?.state.values ?? {};
const { owner: _owner, ...withoutOwner } = basicInputs;

async function up(inputs: Parameters<TestEngine["up"]>[0]) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
}

/** Creates a cluster as somebody else does, and gives its id. */
const foreign = (facts?: Readonly<Record<string, string>>) => engine.fake.addCluster(facts);

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
    expect(await hasPassword(id, values()["password"])).toBe(true);
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
    await engine.refresh();
    expect(await engine.destroy()).toBeUndefined();
    expect([await alive(), engine.intents()]).toEqual([[], []]);
  });

  it("is known again by the record when the response was lost and the vendor keeps no labels", async () => {
    await engine.fake.set({ createKeepsLabels: false });
    await losePost(engine);
    const { failure } = await up(withoutOwner);
    expect([failure.includes("not known"), engine.kept(), engine.intents().length]).toEqual([true, undefined, 1]);
    await engine.fake.clearFaults();
    const ids = await alive();
    await engine.restart();
    expect(await up(withoutOwner)).toEqual({ did: "create", failure: "" });
    expect([ids.length, await alive(), [engine.kept()?.id]]).toEqual([1, ids, ids]);
  });

  it("is found under another name by its mark after a lost response", async () => {
    await losePost(engine);
    await up(basicInputs);
    await engine.fake.clearFaults();
    const [clusterId] = await alive();
    await engine.fake.act("rename-cluster", { clusterId, displayName: "renamed-in-console" });
    await engine.restart();
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect(await listClusters(engine)).toMatchObject([{ clusterId, displayName: "portfolio-db" }]);
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
    expect(await hasPassword(old.id, old.state.values["password"])).toBe(true);
    await engine.client.delete(clusterTarget, old.id, old.state);
    expect(await alive()).toEqual([made.id]);
  });

  it("is kept when a replacement that the engine does not announce finds it", async () => {
    await engine.up(basicInputs);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    await engine.restart();
    // As the engine does for --replace: no old inputs, no diff.
    const { inputs } = await engine.client.check(clusterTarget, plain(basicInputs));
    const made = await engine.client.create(clusterTarget, inputs);
    await engine.client.delete(clusterTarget, old.id, old.state);
    expect([made.id, await alive()]).toEqual([old.id, [old.id]]);
    await engine.restart();
    await engine.client.delete(clusterTarget, made.id, made.state);
    expect(await alive()).toEqual([]);
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
    const clusterId = await foreign();
    const { failure } = await up(basicInputs);
    expect(failure).toContain(`"${clusterId}"`);
    expect([posts(), engine.kept(), engine.intents()]).toEqual([0, undefined, []]);
  });

  it("is taken over with its password left alone, and kept when the stack goes", async () => {
    const clusterId = await foreign();
    const labels = async () => (await listClusters(engine))[0]?.["labels"];
    const inputs = { ...basicInputs, adoption: { policy: "ADOPT_IF_FOUND" }, labels: { team: "web" } };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(values()).toMatchObject({ clusterId, adopted: true, host: gateway });
    expect([posts(), puts(), values()["connectionUri"]]).toEqual([0, 0, undefined]);
    expect(await labels()).toMatchObject({ team: "web" });
    expect(await labels()).not.toHaveProperty("planton-owner");
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
    await engine.refresh();
    expect(await up(inputs)).toEqual({ did: "nothing", failure: "" });
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive()).toHaveLength(1);
  });

  it.each([
    {
      name: "sets the password when the input asks for it",
      adoption: { setPassword: true },
      rootPassword: undefined,
      puts: 1,
    },
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
    const clusterId = await foreign({ displayName: "another-name" });
    const inputs = { ...basicInputs, adoption: { policy: "ADOPT_ONLY", clusterId } };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(await listClusters(engine)).toMatchObject([{ clusterId, displayName: "portfolio-db" }]);
  });

  it.each([
    { name: "encryption", inputs: { enhancedEncryption: true }, text: /enhancedEncryption/ },
    { name: "plan", inputs: { autoScaling: { minRcu: 2000, maxRcu: 4000 } }, text: /plan/ },
  ])("is not adopted with another $name, which cannot be changed", async ({ inputs, text }) => {
    await foreign();
    const { failure } = await up({ ...basicInputs, ...inputs, adoption: { policy: "ADOPT_IF_FOUND" } });
    expect(failure).toMatch(text);
    expect([engine.kept(), posts(), sentBy(engine, "PATCH")]).toEqual([undefined, 0, []]);
  });

  it.each([
    ["nothing is there", "ADOPT_ONLY", 0, /no cluster/],
    ["two are there", "ADOPT_IF_FOUND", 2, /several/],
  ])("is refused when %s", async (_name, policy, count, text) => {
    for (let index = 0; index < count; index += 1) await foreign();
    expect((await up({ ...basicInputs, adoption: { policy } })).failure).toMatch(text);
    expect(posts()).toBe(0);
  });

  it("that was there before a creation that failed is not taken for what came of it", async () => {
    const clusterId = await foreign({ region: "aws-us-east-1" });
    await engine.fake.fail("500 before", { nth: 2 });
    expect((await up(withoutOwner)).failure).toContain("not known");
    expect(await up(withoutOwner)).toEqual({ did: "create", failure: "" });
    expect(engine.kept()?.id).not.toBe(clusterId);
  });

  it("of another region or project does not count", async () => {
    await foreign({ region: "aws-us-east-1" });
    await foreign({ projectId: secondProjectId });
    const inputs = { ...basicInputs, projectId: defaultProjectId };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(await alive()).toHaveLength(3);
  });
});
