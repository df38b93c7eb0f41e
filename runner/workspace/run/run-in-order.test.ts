import { describe, expect, test } from "vitest";
import { PlantonError } from "../../../contract/planton-error.js";
import { type RunInOrderInput, type RunOutcome, runInOrder, type UnitOutcome } from "./run-in-order.js";

interface Node {
  readonly id: string;
}

const good: RunOutcome<string> = { result: "succeeded", data: "" };

/** `a<b` says that b depends on a. */
function graphOf(text: string): Pick<RunInOrderInput<Node, string>, "units" | "edges"> {
  const words = text.split(" ");
  const ids = new Set(words.flatMap((word) => word.split("<")));
  const edges = words.flatMap((word) => {
    const [to, from] = word.split("<");
    return to === undefined || from === undefined ? [] : [{ from, to }];
  });
  return { units: [...ids].map((id) => ({ id })), edges };
}

type Options = Partial<RunInOrderInput<Node, string>> & {
  /** What the run of a unit comes to; an error rejects it. Default: it succeeds. */
  readonly ends?: Readonly<Record<string, RunOutcome<string> | Error>>;
};

/** Runs a graph, each unit for one turn; gives what was started and how each ended, as `id result cause`. */
async function runs(text: string, { ends = {}, ...options }: Options = {}) {
  const started: string[] = [];
  const outcomes = await runInOrder<Node, string>({
    ...graphOf(text),
    parallel: 1,
    failFast: false,
    run: async ({ id }) => {
      started.push(id);
      await Promise.resolve();
      const outcome = ends[id] ?? good;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    ...options,
  });
  return { started: started.join(""), ended: [...outcomes].map(([id, outcome]) => endText(id, outcome)).sort() };
}

function endText(id: string, outcome: UnitOutcome<string>): string {
  return outcome.result === "skipped" ? `${id} skipped ${outcome.cause} ${outcome.reason}` : `${id} ${outcome.result}`;
}

const failed: RunOutcome<string> = { result: "failed", error: "no" };

describe("the order", () => {
  test.each<[name: string, graph: string, options: Options, started: string]>([
    ["by id", "c a b", {}, "abc"],
    ["after dependencies", "c<b b<a", {}, "cba"],
    ["longest chain first", "a<x a<y d<c c<e", {}, "dacexy"],
    ["then the one that most wait for", "a<x b<y b<z", {}, "baxyz"],
    ["a diamond once", "a<b a<c b<d c<d", {}, "abcd"],
    ["in reverse", "a<b a<c b<d c<d", { reverse: true }, "dbca"],
    ["of a selection", "b<a", { units: [{ id: "a" }] }, "a"],
  ])("%s", async (_name, graph, options, started) => {
    expect((await runs(graph, options)).started).toBe(started);
  });
});

describe("limits", () => {
  /** Most units that ran at once: of all, and of each first letter. */
  async function most(options: Options): Promise<Readonly<Record<string, number>>> {
    const running: string[] = [];
    const highest: Record<string, number> = {};
    await runs("a1 a2 a3 a4 b1 b2 b3 b4", {
      run: async ({ id }) => {
        running.push(id);
        for (const key of ["a", "b", ""]) {
          const count = running.filter((other) => other.startsWith(key)).length;
          highest[key || "all"] = Math.max(highest[key || "all"] ?? 0, count);
        }
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        running.splice(running.indexOf(id), 1);
        return good;
      },
      ...options,
    });
    return highest;
  }

  test("of all", async () => {
    expect((await most({ parallel: 3 }))["all"]).toBe(3);
  });

  test("of a group, which does not hold up the others", async () => {
    const limitOf = ({ id }: Node) => (id.startsWith("a") ? { key: "a", limit: 1 } : undefined);
    expect(await most({ parallel: 4, limitOf })).toEqual({ a: 1, b: 3, all: 4 });
  });

  test.each<[string, Options]>([
    ["parallel", { parallel: 0 }],
    ["a group's limit", { limitOf: () => ({ key: "k", limit: 0 }) }],
  ])("below one: %s", async (_name, options) => {
    await expect(runs("a", options)).rejects.toMatchObject({ code: "E_INTERNAL" });
  });
});

test("a cycle is refused before anything runs", async () => {
  const started: string[] = [];
  const run = async ({ id }: Node) => {
    started.push(id);
    return good;
  };
  await expect(runs("x a<b b<a", { run })).rejects.toMatchObject({ code: "E_INTERNAL" });
  expect(started).toEqual([]);
});

describe("what does not end well", () => {
  test.each<[name: string, options: Options, ended: readonly string[]]>([
    [
      "nothing",
      { ends: { b: { result: "unchanged", data: "" } } },
      ["a succeeded", "b unchanged", "c succeeded", "d succeeded"],
    ],
    [
      "a failure",
      { ends: { a: failed } },
      ["a failed", "b skipped a dependency", "c skipped a dependency", "d succeeded"],
    ],
    [
      "a rejection",
      { ends: { b: new Error("no") } },
      ["a succeeded", "b failed", "c skipped b dependency", "d succeeded"],
    ],
    [
      "a lock that is found before it runs",
      { ends: { b: new PlantonError({ code: "E_LOCKED", message: "held" }) } },
      ["a succeeded", "b locked", "c skipped b dependency", "d succeeded"],
    ],
    [
      "an interruption before it runs",
      { ends: { b: new PlantonError({ code: "E_INTERRUPTED", message: "" }) } },
      ["a succeeded", "b cancelled", "c cancelled", "d succeeded"],
    ],
    [
      "a lock",
      { ends: { b: { result: "locked", error: "held" } } },
      ["a succeeded", "b locked", "c skipped b dependency", "d succeeded"],
    ],
    [
      "a cancelled run",
      { ends: { b: { result: "cancelled", error: "stop" } } },
      ["a succeeded", "b cancelled", "c cancelled", "d succeeded"],
    ],
    [
      "a failure, failing fast",
      { ends: { a: failed }, failFast: true },
      ["a failed", "b skipped a dependency", "c skipped a dependency", "d skipped a fail-fast"],
    ],
    [
      "a failure in reverse",
      { ends: { b: failed }, reverse: true },
      ["a skipped b dependency", "b failed", "c succeeded", "d succeeded"],
    ],
  ])("%s", async (_name, options, ended) => {
    expect((await runs("a<b b<c d", options)).ended).toEqual(ended);
  });

  test("a unit below two failures has the one that came first", async () => {
    const { ended } = await runs("a<c b<c", { ends: { a: failed, b: failed } });
    expect(ended).toEqual(["a failed", "b failed", "c skipped a dependency"]);
  });

  test("what runs beside a failure ends, also when failing fast", async () => {
    const { ended } = await runs("a b c", { ends: { a: failed }, failFast: true, parallel: 2 });
    expect(ended).toEqual(["a failed", "b succeeded", "c skipped a fail-fast"]);
  });
});

test("an interruption starts nothing more and waits for what runs", async () => {
  const controller = new AbortController();
  const started: string[] = [];
  const { ended } = await runs("a b<c d", {
    parallel: 2,
    signal: controller.signal,
    run: async ({ id }) => {
      started.push(id);
      if (id === "a") controller.abort();
      await Promise.resolve();
      return id === "a" ? good : { result: "cancelled", error: "stopped" };
    },
  });
  expect(started).toEqual(["b", "a"]);
  expect(ended).toEqual(["a succeeded", "b cancelled", "c cancelled", "d cancelled"]);
});

test("events come in order, and each unit ends once", async () => {
  const events: string[] = [];
  await runs("a<b b<c", {
    ends: { b: failed },
    onEvent: (event) =>
      void events.push(event.type === "ended" ? endText(event.unit.id, event.outcome) : `${event.unit.id} started`),
  });
  expect(events).toEqual(["a started", "a succeeded", "b started", "b failed", "c skipped b dependency"]);
});

/** Numbers from 0 to 1 that are the same for one seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each(Array.from({ length: 200 }, (_, seed) => seed))("random graph %i keeps every promise", async (seed) => {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const units = Array.from({ length: 1 + below(40) }, (_, index) => ({ id: `u${index}` }));
  const edges = units.flatMap(({ id: from }, index) =>
    Array.from({ length: index === 0 ? 0 : below(4) }, () => ({ from, to: `u${below(index)}` })),
  );
  const parallel = 1 + below(5);
  const reverse = random() < 0.3;
  const failFast = random() < 0.2;
  const controller = new AbortController();
  const failures = random() < 0.5 ? 0 : 0.2;
  const running = new Set<string>();
  const starts: string[] = [];
  const done = new Set<string>();
  const needed = (id: string): string[] =>
    edges.flatMap(({ from, to }) => (reverse ? (to === id ? [from] : []) : from === id ? [to] : []));
  const outcomes = await runInOrder<Node, string>({
    units,
    edges,
    parallel,
    reverse,
    failFast,
    signal: controller.signal,
    limitOf: ({ id }) => (id.endsWith("1") ? { key: "one", limit: 1 } : undefined),
    run: async ({ id }) => {
      expect(controller.signal.aborted).toBe(false);
      expect(needed(id).filter((other) => !done.has(other))).toEqual([]);
      starts.push(id);
      running.add(id);
      expect(running.size).toBeLessThanOrEqual(parallel);
      expect([...running].filter((other) => other.endsWith("1")).length).toBeLessThanOrEqual(1);
      for (let turn = below(6); turn > 0; turn -= 1) await Promise.resolve();
      running.delete(id);
      if (random() < 0.01) controller.abort();
      if (random() < failures) return failed;
      done.add(id);
      return good;
    },
  });
  expect(new Set(starts).size).toBe(starts.length);
  expect([...outcomes.keys()].sort()).toEqual(units.map(({ id }) => id).sort());
  for (const [id, outcome] of outcomes) {
    expect(outcome.result === "succeeded", id).toBe(done.has(id));
    if (outcome.result === "skipped") {
      expect(starts).not.toContain(id);
      expect(outcomes.get(outcome.cause)?.result).toBe("failed");
    } else if (outcome.result === "cancelled") {
      expect(controller.signal.aborted).toBe(true);
      expect(starts).not.toContain(id);
    }
  }
});

test("ten thousand units take no time of their own", async () => {
  const units = Array.from({ length: 10_000 }, (_, index) => ({ id: `u${index}` }));
  const edges = units.slice(1).map(({ id }, index) => ({ from: id, to: `u${index}` }));
  const chain = await runInOrder<Node, string>({ units, edges, parallel: 4, failFast: false, run: async () => failed });
  expect([...chain.values()].filter(({ result }) => result === "skipped")).toHaveLength(9_999);
  const flat = await runInOrder<Node, string>({
    units,
    edges: [],
    parallel: 4,
    failFast: false,
    run: async () => good,
  });
  expect(flat.size).toBe(10_000);
});
