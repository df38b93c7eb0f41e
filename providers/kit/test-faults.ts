import { describe, expect, it } from "vitest";
import type { PropertyMap } from "./property-value.js";
import type { EngineFake, TestEngine } from "./test-engine.js";

/** What goes wrong with one call; "after": its effect is there. */
export type FakeFault = "reset before" | "reset after" | "500 before" | "500 after" | "429" | "lost answer" | "delay";

/** A fake vendor whose calls can go wrong. */
export interface FaultyFake extends EngineFake {
  readonly calls: readonly unknown[];
  /** Faults by number of the call, counted from 1. */
  readonly faults: Map<number, FakeFault>;
}

const usualFaults: readonly FakeFault[] = [
  ...(["reset before", "reset after", "500 before", "500 after", "429", "lost answer"] as const),
];

/** A resource whose calls go wrong one by one. */
export interface FaultSubject<Fake extends FaultyFake> {
  readonly start: () => Promise<TestEngine<Fake>>;
  /** Default: all but "delay". */
  readonly faults?: readonly FakeFault[];
  /** Puts in what has to be there before. */
  readonly prepare: (engine: TestEngine<Fake>) => void;
  readonly first: PropertyMap;
  /** Differs from `first` in all that can be changed in place. */
  readonly second: PropertyMap;
  /** Ids of all that the vendor has of it. */
  readonly alive: (engine: TestEngine<Fake>) => readonly string[];
  /** The vendor's object and the state are what the inputs say. */
  readonly expectRight: (engine: TestEngine<Fake>, inputs: PropertyMap) => void;
}

interface Lifecycle<Fake extends FaultyFake> {
  readonly inputs: PropertyMap;
  before(engine: TestEngine<Fake>): Promise<unknown>;
  run(engine: TestEngine<Fake>): Promise<unknown>;
}

function lifecyclesOf<Fake extends FaultyFake>({
  first,
  second,
}: FaultSubject<Fake>): readonly (readonly [string, Lifecycle<Fake>])[] {
  const before = (engine: TestEngine<Fake>) => engine.up(first);
  return [
    ["create", { inputs: first, before: async () => {}, run: (engine) => engine.up(first) }],
    ["update", { inputs: second, before, run: (engine) => engine.up(second) }],
    ["read", { inputs: first, before, run: (engine) => engine.refresh().catch(() => {}) }],
    ["delete", { inputs: first, before, run: (engine) => engine.destroy() }],
  ];
}

/** After whatever happened: one more run ends well, the next is empty, and destroy leaves nothing. */
async function converges<Fake extends FaultyFake>(
  subject: FaultSubject<Fake>,
  engine: TestEngine<Fake>,
  inputs: PropertyMap,
): Promise<void> {
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

async function describeLifecycle<Fake extends FaultyFake>(
  subject: FaultSubject<Fake>,
  name: string,
  lifecycle: Lifecycle<Fake>,
): Promise<void> {
  const { faults = usualFaults } = subject;
  const withEngine = async <Result>(work: (engine: TestEngine<Fake>) => Promise<Result>): Promise<Result> => {
    const engine = await subject.start();
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
export function describeFaults<Fake extends FaultyFake>(subject: FaultSubject<Fake>): void {
  describe.each(lifecyclesOf(subject))("%s", (name, lifecycle) => describeLifecycle(subject, name, lifecycle));
}
