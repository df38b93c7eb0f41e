import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/property-value.js";
import type { FakeFault } from "./fake-tidbcloud.js";
import { startTestEngine, type TestEngine } from "./test-engine.js";

const faults: readonly FakeFault[] = ["reset before", "reset after", "500 before", "500 after", "429", "lost answer"];

/** A resource whose calls go wrong one by one. */
export interface FaultSubject {
  readonly target: { readonly type: string };
  /** Puts in what has to be there before. */
  readonly prepare: (engine: TestEngine) => void;
  readonly first: PropertyMap;
  /** Differs from `first` in all that can be changed in place. */
  readonly second: PropertyMap;
  /** Ids of all that the vendor has of it. */
  readonly alive: (engine: TestEngine) => readonly string[];
  /** The vendor's object and the state are what the inputs say. */
  readonly expectRight: (engine: TestEngine, inputs: PropertyMap) => void;
}

interface Lifecycle {
  readonly inputs: PropertyMap;
  before(engine: TestEngine): Promise<unknown>;
  run(engine: TestEngine): Promise<unknown>;
}

function lifecyclesOf({ first, second }: FaultSubject): readonly (readonly [string, Lifecycle])[] {
  const before = (engine: TestEngine) => engine.up(first);
  return [
    ["create", { inputs: first, before: async () => {}, run: (engine) => engine.up(first) }],
    ["update", { inputs: second, before, run: (engine) => engine.up(second) }],
    ["read", { inputs: first, before, run: (engine) => engine.refresh().catch(() => {}) }],
    ["delete", { inputs: first, before, run: (engine) => engine.destroy() }],
  ];
}

/** After whatever happened: one more run ends well, the next is empty, and destroy leaves nothing. */
async function converges(subject: FaultSubject, engine: TestEngine, inputs: PropertyMap): Promise<void> {
  await engine.restart();
  const again = await engine.up(inputs);
  expect(again.error?.unfinished?.reasons ?? again.error?.message).toBeUndefined();
  expect(subject.alive(engine)).toEqual([engine.kept()?.id]);
  subject.expectRight(engine, inputs);
  expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  await engine.refresh();
  expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  expect(await engine.destroy()).toBeUndefined();
  expect(subject.alive(engine)).toEqual([]);
  expect(engine.intents()).toEqual([]);
}

async function describeLifecycle(subject: FaultSubject, name: string, lifecycle: Lifecycle): Promise<void> {
  const withEngine = async <Result>(work: (engine: TestEngine) => Promise<Result>): Promise<Result> => {
    const engine = await startTestEngine({}, subject.target);
    try {
      subject.prepare(engine);
      await lifecycle.before(engine);
      return await work(engine);
    } finally {
      await engine.stop();
    }
  };
  // How many calls the operation makes when nothing goes wrong.
  const count = await withEngine(async (engine) => {
    const before = engine.fake.calls.length;
    await lifecycle.run(engine);
    return engine.fake.calls.length - before;
  });
  const cases = Array.from({ length: count }, (_, index) => index + 1).flatMap((call) =>
    faults.map((fault) => ({ call, fault, count })),
  );

  it.concurrent.each(cases)("call $call of $count: $fault", ({ call, fault }) =>
    withEngine(async (engine) => {
      engine.fake.faults.set(engine.fake.calls.length + call, fault);
      await lifecycle.run(engine);
      if (name === "delete" && engine.kept() === undefined) expect(subject.alive(engine)).toEqual([]);
      await converges(subject, engine, lifecycle.inputs);
    }));

  it.concurrent.each(
    cases.filter(({ fault }) => fault !== "429"),
  )("call $call of $count: $fault, then nothing but resets, then a refresh", ({ call, fault }) =>
    withEngine(async (engine) => {
      const start = engine.fake.calls.length + call;
      engine.fake.faults.set(start, fault);
      for (let next = 1; next <= 8; next += 1) engine.fake.faults.set(start + next, "reset before");
      await lifecycle.run(engine);
      engine.fake.faults.clear();
      await engine.refresh();
      await converges(subject, engine, lifecycle.inputs);
    }));
}

/** Lets each call of each operation on a resource go wrong in each way; every case has to end well. */
export function describeFaults(subject: FaultSubject): void {
  describe.each(lifecyclesOf(subject))("%s", (name, lifecycle) => describeLifecycle(subject, name, lifecycle));
}
