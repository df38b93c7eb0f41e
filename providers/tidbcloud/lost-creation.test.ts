import { afterEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import type { VendorFault } from "../kit/testing/test-faults.js";
import {
  addUser,
  aliveBranches,
  aliveUsers,
  basicBranch,
  basicInputs,
  basicUser,
  branchesPath,
  branchTarget,
  clusterTarget,
  listUsers,
  losePost,
  parent,
  sentBy,
  sqlUserTarget,
  startEngineOf,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

afterEach(() => engine.stop());

const dayMs = 86_400_000;
const posts = () => sentBy(engine, "POST").length;

/** Starts with a record of a POST that never arrived. */
async function afterLostPost(target: { readonly type: string }, inputs: PropertyMap): Promise<void> {
  engine = await startEngineOf(target);
  await engine.fake.fail("reset before", { method: "POST" });
  expect(failureOf(await engine.up(inputs))).toContain("not known");
  expect(engine.intents()).toHaveLength(1);
}

describe("what somebody else made long after a POST that never arrived is not taken", () => {
  it("a cluster", async () => {
    await afterLostPost(clusterTarget, basicInputs);
    engine.fake.clock.passMs(3 * dayMs);
    const clusterId = await engine.fake.addCluster();
    await engine.restart();
    expect(failureOf(await engine.up(basicInputs))).toContain(`"${clusterId}"`);
    expect([engine.kept(), posts(), sentBy(engine, "PUT")]).toEqual([undefined, 1, []]);
  });

  it("a branch", async () => {
    await afterLostPost(branchTarget, basicBranch);
    engine.fake.clock.passMs(3 * dayMs);
    const { branchId } = await engine.fake.ask("POST", branchesPath, { displayName: basicBranch.displayName });
    await engine.restart();
    expect(failureOf(await engine.up(basicBranch))).toContain(`"${parent.clusterId},${branchId}"`);
    expect([engine.kept(), posts(), sentBy(engine, "PATCH")]).toEqual([undefined, 1, []]);
  });

  it("a user, whose creation time is not known", async () => {
    await afterLostPost(sqlUserTarget, basicUser);
    engine.fake.clock.passMs(3 * dayMs);
    await addUser(engine, `${parent.userPrefix}.app`);
    const before = await listUsers(engine);
    await engine.restart();
    expect(failureOf(await engine.up(basicUser))).toContain(`"${(await aliveUsers(engine))[0]}"`);
    expect([engine.kept(), await listUsers(engine), engine.intents()]).toEqual([undefined, before, []]);
    const owner = { clusterId: parent.clusterId, userName: `${parent.userPrefix}.app` };
    expect(await engine.fake.hasPassword(owner, "Foreign-pass-1")).toBe(true);
  });
});

describe("a list that lags", () => {
  it("makes no second branch when a run looks soon after a lost response", async () => {
    engine = await startEngineOf(branchTarget);
    await losePost(engine);
    await engine.up(basicBranch);
    await engine.fake.clearFaults();
    await engine.restart();
    engine.fake.respond("GET", 200, { branches: [] });
    expect(failureOf(await engine.up(basicBranch))).toBe("");
    expect([posts(), await aliveBranches(engine)]).toEqual([1, [engine.kept()?.id]]);
  });

  it("shows what an earlier POST made beside what the second one made: neither is taken", async () => {
    await afterLostPost(branchTarget, basicBranch);
    await engine.restart();
    engine.fake.before("POST", async () => {
      await engine.fake.ask("POST", branchesPath, { displayName: basicBranch.displayName });
      await engine.fake.fail("reset after");
    });
    expect(failureOf(await engine.up(basicBranch))).toContain("not known");
    await engine.restart();
    const failure = failureOf(await engine.up(basicBranch));
    const ids = await aliveBranches(engine);
    expect([ids.length, ids.filter((id) => !failure.includes(`"${id}"`))]).toEqual([2, []]);
    expect([posts(), engine.kept()]).toEqual([2, undefined]);
  });
});

describe("two branches of one name at once, and the response to the second is lost", () => {
  it.each<[VendorFault, number]>([
    ["reset after", 2],
    ["reset before", 1],
  ])("%s: %i are made, and none is two resources'", async (fault, count) => {
    engine = await startEngineOf(branchTarget);
    await engine.fake.fail(fault, { method: "POST", nth: 2 });
    const create = async (name: string): Promise<string | undefined> => {
      const target = { ...branchTarget, name };
      const { inputs } = await engine.client.check(target, plain(basicBranch));
      return (await engine.client.create(target, inputs).catch(() => undefined))?.id;
    };
    const made = await Promise.all([create("a"), create("b")]);
    const ids = made.filter((id) => id !== undefined);
    expect([ids.sort(), ids.length]).toEqual([[...(await aliveBranches(engine))].sort(), count]);
  });
});
