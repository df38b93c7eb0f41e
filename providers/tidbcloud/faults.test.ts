import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/property-value.js";
import type { FakeFault } from "./fake-tidbcloud.js";
import { basicInputs, startTestEngine, type TestEngine } from "./test-engine.js";

const faults: readonly FakeFault[] = ["reset before", "reset after", "500 before", "500 after", "429", "lost answer"];
const first = { ...basicInputs, labels: { team: "web", old: "x" }, spendingLimitMonthlyCents: 0 };
const second = {
  ...first,
  displayName: "renamed-db",
  labels: { team: "data" },
  spendingLimitMonthlyCents: 500,
  rootPassword: "Changed-by-hand-1",
};

interface Lifecycle {
  readonly inputs: PropertyMap;
  before(engine: TestEngine): Promise<unknown>;
  run(engine: TestEngine): Promise<unknown>;
}

const lifecycles: readonly (readonly [string, Lifecycle])[] = [
  ["create", { inputs: first, before: async () => {}, run: (engine) => engine.up(first) }],
  ["update", { inputs: second, before: (engine) => engine.up(first), run: (engine) => engine.up(second) }],
  ["read", { inputs: first, before: (engine) => engine.up(first), run: (engine) => engine.refresh().catch(() => {}) }],
  ["delete", { inputs: first, before: (engine) => engine.up(first), run: (engine) => engine.destroy() }],
];

async function withEngine<Result>(work: (engine: TestEngine) => Promise<Result>): Promise<Result> {
  const engine = await startTestEngine();
  try {
    return await work(engine);
  } finally {
    await engine.stop();
  }
}

/** How many calls an operation makes when nothing goes wrong. */
function callsOf(lifecycle: Lifecycle): Promise<number> {
  return withEngine(async (engine) => {
    await lifecycle.before(engine);
    const before = engine.fake.calls.length;
    await lifecycle.run(engine);
    return engine.fake.calls.length - before;
  });
}

/** After whatever happened: one more run ends well, the next is empty, and destroy leaves nothing. */
async function converges(engine: TestEngine, inputs: PropertyMap): Promise<void> {
  await engine.restart();
  const again = await engine.up(inputs);
  expect(again.error?.unfinished?.reasons ?? again.error?.message).toBeUndefined();
  const [cluster, ...more] = engine.fake.alive();
  expect(more).toEqual([]);
  const kept = engine.kept();
  expect(kept?.id).toBe(cluster?.clusterId);
  const { values = {} } = kept?.state ?? {};
  expect(values).toMatchObject({ state: "ACTIVE", adopted: false, displayName: inputs["displayName"] });
  expect(values["password"]).toBe(engine.fake.passwords.get(kept?.id ?? ""));
  expect(values["connectionUri"]).toContain(`:${String(values["password"])}@gateway01.test.tidbcloud.com:4000/`);
  expect(values["spendingLimitMonthlyCents"]).toBe(inputs["spendingLimitMonthlyCents"]);
  expect(cluster?.labels).toMatchObject({ ...(inputs["labels"] as object), "planton-owner": basicInputs.owner });
  expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  await engine.refresh();
  expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  expect(await engine.destroy()).toBeUndefined();
  expect(engine.fake.alive()).toEqual([]);
  expect(engine.intents()).toEqual([]);
}

describe.each(lifecycles)("%s", async (name, lifecycle) => {
  const count = await callsOf(lifecycle);
  const cases = Array.from({ length: count }, (_, index) => index + 1).flatMap((call) =>
    faults.map((fault) => ({ call, fault, count })),
  );

  it.concurrent.each(cases)("call $call of $count: $fault", ({ call, fault }) =>
    withEngine(async (engine) => {
      await lifecycle.before(engine);
      engine.fake.faults.set(engine.fake.calls.length + call, fault);
      await lifecycle.run(engine);
      if (name === "delete" && engine.kept() === undefined) expect(engine.fake.alive()).toEqual([]);
      await converges(engine, lifecycle.inputs);
    }));

  it.concurrent.each(
    cases.filter(({ fault }) => fault !== "429"),
  )("call $call of $count: $fault, then nothing but resets, then a refresh", ({ call, fault }) =>
    withEngine(async (engine) => {
      await lifecycle.before(engine);
      const start = engine.fake.calls.length + call;
      engine.fake.faults.set(start, fault);
      for (let next = 1; next <= 8; next += 1) engine.fake.faults.set(start + next, "reset before");
      await lifecycle.run(engine);
      engine.fake.faults.clear();
      await engine.refresh();
      await converges(engine, lifecycle.inputs);
    }));
});
