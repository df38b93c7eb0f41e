import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../schema/property-value.js";
import type { EngineFake, TestEngine } from "./test-engine.js";

/** What goes wrong with one request. "after": it has its effect; "stuck": what it changes never gets ready. */
export type VendorFault =
  | ("reset before" | "reset after" | "500 before" | "500 after" | "429" | "lost response")
  | ("delay" | "stuck");

/** A stand-in of a vendor whose requests can go wrong. */
export interface FaultyVendor extends EngineFake {
  /** How many requests came so far. */
  requestCount(): number;
  /** Lets the `nth` request (of that method) from now go wrong (default: the next one), and resets that many after it. */
  fail(
    fault: VendorFault,
    options?: { readonly nth?: number; readonly method?: string; readonly resets?: number },
  ): Promise<void> | void;
  clearFaults(): Promise<void> | void;
}

const usualFaults: readonly VendorFault[] = [
  ...(["reset before", "reset after", "500 before", "500 after", "429", "lost response"] as const),
];

/** A resource whose calls go wrong one by one. */
export interface FaultSubject<Vendor extends FaultyVendor> {
  readonly start: () => Promise<TestEngine<Vendor>>;
  /** Default: all but "delay". */
  readonly faults?: readonly VendorFault[];
  /** Puts in what has to be there before. */
  readonly prepare: (engine: TestEngine<Vendor>) => Promise<void> | void;
  readonly first: PropertyMap;
  /** Differs from `first` in all that can be changed in place; undefined: nothing can. */
  readonly second: PropertyMap | undefined;
  /** Ids of all that the vendor has of it. */
  readonly alive: (engine: TestEngine<Vendor>) => Promise<readonly string[]> | readonly string[];
  /** The vendor's object and the state are what the inputs say. */
  readonly expectRight: (engine: TestEngine<Vendor>, inputs: PropertyMap) => Promise<void> | void;
}

interface Lifecycle<Vendor extends FaultyVendor> {
  readonly inputs: PropertyMap;
  before(engine: TestEngine<Vendor>): Promise<unknown>;
  run(engine: TestEngine<Vendor>): Promise<unknown>;
}

function updateTo<Vendor extends FaultyVendor>(
  second: PropertyMap,
  before: Lifecycle<Vendor>["before"],
): readonly [string, Lifecycle<Vendor>] {
  return ["update", { inputs: second, before, run: (engine) => engine.up(second) }];
}

function lifecyclesOf<Vendor extends FaultyVendor>({
  first,
  second,
}: FaultSubject<Vendor>): readonly (readonly [string, Lifecycle<Vendor>])[] {
  const before = (engine: TestEngine<Vendor>) => engine.up(first);
  return [
    ["create", { inputs: first, before: async () => {}, run: (engine) => engine.up(first) }],
    ...(second === undefined ? [] : [updateTo(second, before)]),
    ["read", { inputs: first, before, run: (engine) => engine.refresh().catch(() => {}) }],
    ["delete", { inputs: first, before, run: (engine) => engine.destroy() }],
  ];
}

/** After whatever happened: one more run ends well, the next is empty, and destroy leaves nothing. */
async function converges<Vendor extends FaultyVendor>(
  subject: FaultSubject<Vendor>,
  engine: TestEngine<Vendor>,
  inputs: PropertyMap,
): Promise<void> {
  await engine.restart();
  const again = await engine.up(inputs);
  expect(again.error?.unfinished?.reasons ?? again.error?.message).toBeUndefined();
  expect(await subject.alive(engine)).toEqual([engine.kept()?.id]);
  await subject.expectRight(engine, inputs);
  expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  await engine.refresh();
  expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  expect(await engine.destroy()).toBeUndefined();
  expect(await subject.alive(engine)).toEqual([]);
  expect(engine.intents()).toEqual([]);
}

async function describeLifecycle<Vendor extends FaultyVendor>(
  subject: FaultSubject<Vendor>,
  name: string,
  lifecycle: Lifecycle<Vendor>,
): Promise<void> {
  const { faults = usualFaults } = subject;
  const withEngine = async <Result>(work: (engine: TestEngine<Vendor>) => Promise<Result>): Promise<Result> => {
    const engine = await subject.start();
    try {
      await subject.prepare(engine);
      await lifecycle.before(engine);
      return await work(engine);
    } finally {
      await engine.stop();
    }
  };
  // How many calls the operation makes when nothing goes wrong.
  const count = await withEngine(async (engine) => {
    const before = engine.fake.requestCount();
    await lifecycle.run(engine);
    return engine.fake.requestCount() - before;
  });
  const cases = Array.from({ length: count }, (_, index) => index + 1).flatMap((call) =>
    faults.map((fault) => ({ call, fault, count })),
  );

  it.concurrent.each(cases)("call $call of $count: $fault", ({ call, fault }) =>
    withEngine(async (engine) => {
      await engine.fake.fail(fault, { nth: call });
      await lifecycle.run(engine);
      if (name === "delete" && engine.kept() === undefined) expect(await subject.alive(engine)).toEqual([]);
      await converges(subject, engine, lifecycle.inputs);
    }));

  it.concurrent.each(
    cases.filter(({ fault }) => fault !== "429"),
  )("call $call of $count: $fault, then nothing but resets, then a refresh", ({ call, fault }) =>
    withEngine(async (engine) => {
      await engine.fake.fail(fault, { nth: call, resets: 8 });
      await lifecycle.run(engine);
      await engine.fake.clearFaults();
      await engine.refresh();
      await converges(subject, engine, lifecycle.inputs);
    }));
}

/** Lets each call of each operation on a resource go wrong in each way; every case has to end well. */
export function describeFaults<Vendor extends FaultyVendor>(subject: FaultSubject<Vendor>): void {
  describe.each(lifecyclesOf(subject))("%s", (name, lifecycle) => describeLifecycle(subject, name, lifecycle));
}
