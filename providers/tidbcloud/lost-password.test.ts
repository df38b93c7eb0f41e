import { afterEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/property-value.js";
import { failureOf } from "../kit/test-engine.js";
import {
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
  const actual = () =>
    noun === "SQL user" ? [...engine.fake.sqlUsers.values()][0]?.password : [...engine.fake.passwords.values()][0];
  const texts = () => JSON.stringify(engine.kept()?.state.values);
  const start = async (): Promise<void> => {
    engine = await startEngineOf(target);
    expect(failureOf(await engine.up(first))).toBe("");
  };

  it("is not known after a lost answer to its change, so that going back sets the old one again", async () => {
    await start();
    const next = engine.fake.calls.length + 2;
    for (let call = next; call < next + 60; call += 1) engine.fake.faults.set(call, "500 after");
    expect(failureOf(await engine.up(second))).not.toBe("");
    engine.fake.faults.clear();
    expect([actual(), /First-pass|Second-pass/.test(texts())]).toEqual(["Second-pass-2", false]);
    await engine.restart();
    await engine.refresh();
    expect(await engine.up(first)).toMatchObject({ did: "update", error: undefined });
    expect([actual(), engine.kept()?.state.values[key]]).toEqual(["First-pass-1", "First-pass-1"]);
    expect(await engine.up(first)).toMatchObject({ did: "nothing" });
  });

  it("is the old one after a refusal of its change", async () => {
    await start();
    engine.fake.answers.push({ method, path: /./, status: 400 });
    expect(failureOf(await engine.up(second))).toContain("400");
    expect([actual(), engine.kept()?.state.values[key]]).toEqual(["First-pass-1", "First-pass-1"]);
    expect(texts()).not.toContain("Second-pass");
    expect(await engine.up(second)).toMatchObject({ did: "update", error: undefined });
    expect(actual()).toBe("Second-pass-2");
  });
});
