import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/property-value.js";
import { plain } from "../kit/test-client.js";
import { failureOf } from "../kit/test-engine.js";
import type { VendorFault } from "../kit/test-faults.js";
import {
  aliveBranches,
  aliveUsers,
  basicBranch,
  basicInputs,
  basicUser,
  branchTarget,
  clusterTarget,
  sqlUserTarget,
  startEngineOf,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

afterEach(() => engine.stop());

const dayMs = 86_400_000;
const posts = () => engine.fake.calls.filter(({ method }) => method === "POST").length;
const later = () => new Date(Date.now() + 3 * dayMs).toISOString();

/** Starts with a record of a POST that never arrived, which is the call of that number. */
async function afterLostPost(target: { readonly type: string }, inputs: PropertyMap, call: number): Promise<void> {
  engine = await startEngineOf(target);
  engine.fake.faults.set(call, "reset before");
  expect(failureOf(await engine.up(inputs))).toContain("not known");
  expect(engine.intents()).toHaveLength(1);
}

/** Dates the one record back, as if the run had been days ago. */
function ageRecord(): void {
  const path = `${engine.home}/intents/${engine.intents()[0]}`;
  const record = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...record, startedAtMs: record.startedAtMs - 3 * dayMs }));
}

describe("what somebody else made long after a POST that never arrived is not taken", () => {
  it("a cluster", async () => {
    await afterLostPost(clusterTarget, basicInputs, 2);
    const cluster = engine.fake.addCluster();
    Object.assign(cluster, { displayName: basicInputs.displayName, createTime: later() });
    await engine.restart();
    expect(failureOf(await engine.up(basicInputs))).toContain(`"${cluster.clusterId}"`);
    expect([engine.kept(), engine.fake.passwords.size]).toEqual([undefined, 0]);
  });

  it("a branch", async () => {
    await afterLostPost(branchTarget, basicBranch, 2);
    await engine.restart();
    const other = { ...branchTarget, name: "other" };
    const { inputs } = await engine.client.check(other, plain(basicBranch));
    const { id } = await engine.client.create(other, inputs);
    for (const branch of engine.fake.branches.values()) branch["createTime"] = later();
    const passwords = new Map(engine.fake.passwords);
    await engine.restart();
    expect(failureOf(await engine.up(basicBranch))).toContain(`"${id}"`);
    expect([engine.kept(), engine.fake.passwords]).toEqual([undefined, passwords]);
  });

  it("a user, of which nobody tells when it was made", async () => {
    await afterLostPost(sqlUserTarget, basicUser, 3);
    ageRecord();
    const userName = "AbCdEf123456789.app";
    const facts = { userName, builtinRole: "role_admin", customRoles: [], password: "Foreign-pass-1" };
    engine.fake.sqlUsers.set(userName, facts);
    await engine.restart();
    expect(failureOf(await engine.up(basicUser))).toContain(`"${aliveUsers(engine)[0]}"`);
    expect([engine.kept(), engine.fake.sqlUsers.get(userName), engine.intents()]).toEqual([undefined, facts, []]);
  });
});

describe("a list that lags", () => {
  it("makes no second branch when a run looks soon after a lost answer", async () => {
    engine = await startEngineOf(branchTarget);
    engine.fake.faults.set(2, "lost answer");
    for (let call = 3; call < 40; call += 1) engine.fake.faults.set(call, "500 before");
    await engine.up(basicBranch);
    engine.fake.faults.clear();
    await engine.restart();
    engine.fake.answers.push({ method: "GET", path: /branches\?/, status: 200, body: { branches: [] } });
    expect(failureOf(await engine.up(basicBranch))).toBe("");
    expect([posts(), aliveBranches(engine)]).toEqual([1, [engine.kept()?.id]]);
  });

  it("shows what an earlier POST made beside what the second one made: neither is taken", async () => {
    await afterLostPost(branchTarget, basicBranch, 2);
    await engine.restart();
    engine.fake.faults.clear();
    const late = { ...basicBranch, branchId: "bran-late", state: "ACTIVE", createTime: new Date().toISOString() };
    engine.fake.faults.get = () => {
      if (posts() !== 2 || engine.fake.calls.at(-1)?.method !== "POST") return undefined;
      engine.fake.branches.set(late.branchId, late);
      return "reset after";
    };
    expect(failureOf(await engine.up(basicBranch))).toContain("not known");
    await engine.restart();
    expect(failureOf(await engine.up(basicBranch))).toMatch(/"\d+,bran-late", "\d+,bran-0001"/);
    expect([posts(), engine.kept()]).toEqual([2, undefined]);
  });
});

describe("two branches of one name at once, and the answer to the second is lost", () => {
  it.each<[VendorFault, number]>([
    ["reset after", 2],
    ["reset before", 1],
  ])("%s: %i are made, and none is two resources'", async (fault, count) => {
    engine = await startEngineOf(branchTarget);
    engine.fake.faults.get = () => (posts() === 2 && engine.fake.calls.at(-1)?.method === "POST" ? fault : undefined);
    const create = async (name: string): Promise<string | undefined> => {
      const target = { ...branchTarget, name };
      const { inputs } = await engine.client.check(target, plain(basicBranch));
      return (await engine.client.create(target, inputs).catch(() => undefined))?.id;
    };
    const made = await Promise.all([create("a"), create("b")]);
    const ids = made.filter((id) => id !== undefined);
    expect([ids.sort(), ids.length]).toEqual([[...aliveBranches(engine)].sort(), count]);
  });
});
