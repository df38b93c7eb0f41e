import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../kit/testing/test-engine.js";
import { sentChanges, startTestEngine, storedValues, type TestEngine } from "./test-engine.js";

const target = { type: "planton-doppler:index/secretSet:SecretSet" };
const set = { project: "planton", config: "dev", values: { SET_A: "marker-a", SET_B: "marker-b" } };
const names = ["SET_A", "SET_B", "SET_C"];

let engine: TestEngine;
beforeEach(async () => {
  engine = await startTestEngine({}, target);
});
afterEach(() => engine.stop());

const setByHand = (name: string, value: string) => engine.fake.act("set-secret", { config: "dev", name, value });

describe("a set of secrets", () => {
  it("is written, changed and deleted by one request each", async () => {
    const posts = () => engine.fake.requests.filter(({ method }) => method === "POST").length;
    await engine.up(set);
    expect([posts(), sentChanges(engine).length]).toEqual([1, 2]);
    await engine.up({ ...set, values: { SET_A: "marker-2", SET_C: "marker-c" } });
    expect(posts()).toBe(2);
    expect(await storedValues(engine, names)).toEqual({ SET_A: "marker-2", SET_C: "marker-c" });
    await engine.destroy();
    expect([posts(), await storedValues(engine, names)]).toEqual([3, {}]);
  });

  it("is refused when somebody else has one of the names, and nothing is written", async () => {
    await setByHand("SET_B", "of-somebody-marker");
    const failure = failureOf(await engine.up(set));
    expect(failure).toContain("adoption_policy");
    expect(failure).not.toContain("marker");
    expect(await storedValues(engine, names)).toEqual({ SET_B: "of-somebody-marker" });
  });

  it("takes no name that somebody else has when it grows, and goes on as it was", async () => {
    await engine.up(set);
    await setByHand("SET_C", "of-somebody-marker");
    const failure = failureOf(await engine.up({ ...set, values: { ...set.values, SET_C: "marker-c" } }));
    expect(failure).toContain("planton.dev.SET_C");
    expect(failure).not.toContain("marker");
    expect(await storedValues(engine, names)).toEqual({ ...set.values, SET_C: "of-somebody-marker" });
    expect((await engine.up({ ...set, values: { ...set.values, SET_C: "marker-c" } })).error).toBeDefined();
    expect(await storedValues(engine, ["SET_C"])).toEqual({ SET_C: "of-somebody-marker" });
    expect((await engine.up(set)).error).toBeUndefined();
    await engine.destroy();
    expect(await storedValues(engine, names)).toEqual({ SET_C: "of-somebody-marker" });
  });

  it("that was taken over leaves at Doppler what it no longer has", async () => {
    await setByHand("SET_B", "before");
    const adopting = { ...set, adoptionPolicy: "adopt" };
    expect((await engine.up(adopting)).error).toBeUndefined();
    expect(await storedValues(engine, names)).toEqual(set.values);
    const fewer = { ...adopting, values: { SET_A: "marker-a" } };
    expect((await engine.up(fewer)).error).toBeUndefined();
    expect(await engine.up(fewer)).toMatchObject({ did: "nothing" });
    await engine.destroy();
    expect(await storedValues(engine, names)).toEqual(set.values);
  });

  it("gets back what somebody changed or deleted", async () => {
    await engine.up(set);
    await setByHand("SET_A", "typed-in");
    await engine.fake.act("delete-secret", { config: "dev", name: "SET_B" });
    await engine.refresh();
    expect(engine.kept()?.state.values).toMatchObject({ values: { SET_A: "typed-in" }, names: ["SET_A"] });
    expect(await engine.up(set)).toMatchObject({ did: "update", error: undefined });
    expect(await storedValues(engine, names)).toEqual(set.values);
  });

  it("is imported by the names in its id", async () => {
    await setByHand("SET_A", "marker-a");
    await setByHand("SET_B", "marker-b");
    const { inputs } = await engine.client.check(target, { values: set, secrets: new Set(["values"]) });
    const imported = await engine.client.read(target, "planton.dev.SET_A,SET_B");
    expect((await engine.client.diff(target, { ...imported, inputs })).none).toBe(true);
  });
});
