import { afterEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  aliveClusters,
  basicBranch,
  basicInputs,
  basicUser,
  branchTarget,
  clusterTarget,
  listBranches,
  parent,
  sqlUserTarget,
  startEngineOf,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

afterEach(() => engine.stop());

interface Case {
  readonly noun: string;
  readonly target: { readonly type: string };
  readonly basic: PropertyMap;
  readonly key: string;
  readonly method: string;
}

describe.each<Case>([
  { noun: "cluster", target: clusterTarget, basic: basicInputs, key: "rootPassword", method: "PUT" },
  { noun: "branch", target: branchTarget, basic: basicBranch, key: "rootPassword", method: "PATCH" },
  { noun: "SQL user", target: sqlUserTarget, basic: basicUser, key: "password", method: "PATCH" },
])("the password of a $noun", ({ noun, target, basic, key, method }) => {
  const first = { ...basic, [key]: "First-pass-1" };
  const second = { ...basic, [key]: "Second-pass-2" };
  const isPassword = async (password: string): Promise<boolean> => {
    const [branch] = await listBranches(engine).catch(() => []);
    const [clusterId = parent.clusterId] = await aliveClusters(engine);
    const part = noun === "branch" ? { branchId: String(branch?.["branchId"]) } : {};
    const user = noun === "SQL user" ? { userName: `${parent.userPrefix}.app` } : {};
    return engine.fake.hasPassword({ clusterId, ...part, ...user }, password);
  };
  const texts = () => JSON.stringify(engine.kept()?.state.values);
  const start = async (): Promise<void> => {
    engine = await startEngineOf(target);
    expect(failureOf(await engine.up(first))).toBe("");
  };

  it("is not known after a lost response to its change, so that going back sets the old one again", async () => {
    await start();
    engine.fake.before(method, () => engine.fake.fail("500 after", { resets: 60 }));
    expect(failureOf(await engine.up(second))).not.toBe("");
    await engine.fake.clearFaults();
    expect([await isPassword("Second-pass-2"), /First-pass|Second-pass/.test(texts())]).toEqual([true, false]);
    await engine.restart();
    await engine.refresh();
    expect(await engine.up(first)).toMatchObject({ did: "update", error: undefined });
    expect([await isPassword("First-pass-1"), engine.kept()?.state.values[key]]).toEqual([true, "First-pass-1"]);
    expect(await engine.up(first)).toMatchObject({ did: "nothing" });
  });

  it("is the old one after a refusal of its change", async () => {
    await start();
    await engine.fake.refuse(method, 400);
    expect(failureOf(await engine.up(second))).toContain("400");
    expect([await isPassword("First-pass-1"), engine.kept()?.state.values[key]]).toEqual([true, "First-pass-1"]);
    expect(texts()).not.toContain("Second-pass");
    expect(await engine.up(second)).toMatchObject({ did: "update", error: undefined });
    expect(await isPassword("Second-pass-2")).toBe(true);
  });
});
