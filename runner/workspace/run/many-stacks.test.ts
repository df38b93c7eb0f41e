import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MemoryFault } from "../../../test/support/in-process/memory-engine.js";
import {
  cluster,
  openWorkspaceBed,
  type Results,
  user,
  vpc,
  type WorkspaceBed,
  type WorkspaceRequest,
} from "../../../test/support/in-process/workspace-bed.js";
import type { UnitOutcome } from "./run-in-order.js";

const stackCount = 50;
const parallel = 4;

let bed: WorkspaceBed;
beforeEach(() => {
  bed = openWorkspaceBed();
  bed.write("shop/planton.yaml", "name: shop\n");
});
afterEach(() => bed.close());

/** Numbers from 0 to below 1 that depend on the seed alone (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = ReturnType<typeof randomOf>;

interface Stack {
  readonly name: string;
  readonly stack: string;
  readonly text: string;
}

/** VPCs, clusters in them, users of these; a third comes after another one for no output. */
function randomStacks(random: Random): readonly Stack[] {
  const stacks: (Stack & { readonly kind: string })[] = [];
  const one = (kind: string): string => {
    const all = stacks.filter((other) => other.kind === kind);
    return all[Math.floor(random() * all.length)]?.name ?? "";
  };
  for (let index = 0; index < stackCount; index += 1) {
    const name = `stack-${index}`;
    const after = stacks[Math.floor(random() * stacks.length)];
    const metadata =
      after === undefined || random() > 0.33 ? "" : `relationships: [{kind: ${after.kind}, name: ${after.name}}]`;
    if (index < 12) {
      stacks.push({ kind: "DigitalOceanVpc", name, stack: `vpc.${name}`, text: vpc(name, "", metadata) });
    } else if (index < 32) {
      const text = cluster(name, one("DigitalOceanVpc"), "", metadata);
      stacks.push({ kind: "DigitalOceanDatabaseCluster", name, stack: `db.${name}`, text });
    } else {
      const text = user(name, one("DigitalOceanDatabaseCluster"), metadata);
      stacks.push({ kind: "DigitalOceanDatabaseUser", name, stack: `dbuser.${name}`, text });
    }
  }
  for (const { name, text } of stacks) bed.write(`shop/${name}.yaml`, text);
  return stacks;
}

/** Lets a quarter of the stacks go wrong once. */
function addFaults(random: Random, stacks: readonly Stack[], faults: readonly MemoryFault[]): void {
  bed.faults.clear();
  for (const { stack } of stacks) {
    const fault = random() < 0.25 ? faults[Math.floor(random() * faults.length)] : undefined;
    if (fault !== undefined) bed.faults.set(stack, [fault]);
  }
}

/** Checks of a run what holds however it ends; gives its results. */
async function checkedUp(request: WorkspaceRequest = {}): Promise<Results> {
  let running = 0;
  let most = 0;
  bed.during = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const before = bed.cloud.created.length;
  const { ends, plan, results } = await bed.up({ parallel, ...request });
  expect(most).toBeLessThanOrEqual(parallel);
  const { graph } = await bed.open();
  expect([...ends.keys()].sort()).toEqual(graph.units.map(({ id }) => id).sort());
  for (const [id, outcome] of ends) checkCause(id, outcome, ends, graph.edges);
  for (const [id, outcome] of plan) {
    if (outcome.result === "failed") expect(ends.get(id)?.result).toBe("failed");
  }
  const created = bed.cloud.created.slice(before).map(nameOf);
  for (const { from, to } of graph.edges) {
    const [late, early] = [created.indexOf(nameOf(from)), created.indexOf(nameOf(to))];
    if (late >= 0 && early >= 0) expect(early).toBeLessThan(late);
  }
  return results;
}

/** What was skipped names one that it depends on, however far, and that has not ended well. */
function checkCause(
  id: string,
  outcome: UnitOutcome<unknown>,
  ends: ReadonlyMap<string, UnitOutcome<unknown>>,
  edges: readonly { readonly from: string; readonly to: string }[],
): void {
  if (outcome.result !== "skipped") return;
  const above = new Set([id]);
  for (const one of above) for (const { from, to } of edges) if (from === one) above.add(to);
  expect(above).toContain(outcome.cause);
  expect(["failed", "locked"]).toContain(ends.get(outcome.cause)?.result);
}

function nameOf(id: string): string {
  return id.split(/::|\//).at(-1) ?? "";
}

/** What every manifest's stack has at the vendor, once each. */
function expectAllOnce(stacks: readonly Stack[]): void {
  const live = [...bed.cloud.resources.values()].map(({ urn }) => nameOf(urn));
  expect(live.sort()).toEqual(stacks.map(({ name }) => name).sort());
}

const kinds = (results: Results): ReadonlySet<string> => new Set(Object.values(results));
const wentWell = new Set(["succeeded", "unchanged"]);

describe.each([1, 2, 3])("50 stacks, seed %d", (seed) => {
  test("of which some fail and some are killed: the next run makes the rest, nothing twice", async () => {
    const random = randomOf(seed);
    const stacks = randomStacks(random);
    addFaults(random, stacks, ["refused", "killed before", "killed in create", "cancelled", "preview refused"]);
    const first = await checkedUp();
    expect(kinds(first).has("failed") || kinds(first).has("cancelled")).toBe(true);
    bed.faults.clear();
    const second = await checkedUp();
    expect([...kinds(second)].filter((result) => !wentWell.has(result))).toEqual([]);
    expect(new Set(bed.cloud.created).size).toBe(bed.cloud.created.length);
    expectAllOnce(stacks);
    bed.engineRuns();
    expect(kinds(await checkedUp())).toEqual(new Set(["unchanged"]));
    expect(bed.engineRuns()).toEqual([]);
  });

  test("of which some are replaced, and fail or are killed in between: the next run ends it", async () => {
    const random = randomOf(seed + 100);
    const stacks = randomStacks(random);
    expect(kinds(await checkedUp())).toEqual(new Set(["succeeded"]));
    for (const { name, text, stack } of stacks) {
      if (stack.startsWith("vpc") && random() < 0.5) bed.write(`shop/${name}.yaml`, text.replace("nyc3", "ams3"));
    }
    addFaults(random, stacks, ["refused", "killed before", "killed in replacement"]);
    await checkedUp();
    bed.faults.clear();
    const second = await checkedUp();
    expect([...kinds(second)].filter((result) => !wentWell.has(result))).toEqual([]);
    expectAllOnce(stacks);
    bed.engineRuns();
    expect(kinds(await checkedUp())).toEqual(new Set(["unchanged"]));
    expect(bed.engineRuns()).toEqual([]);
  });

  test("of which some cannot be destroyed at first: the next destroy leaves nothing", async () => {
    const random = randomOf(seed + 200);
    const stacks = randomStacks(random);
    await bed.up({ parallel });
    addFaults(random, stacks, ["killed before", "cancelled"]);
    const { results } = await bed.operate("destroy", { parallel });
    expect(Object.keys(results)).toHaveLength(stackCount);
    bed.faults.clear();
    const again = await bed.operate("destroy", { parallel });
    expect([...kinds(again.results)].filter((result) => !wentWell.has(result))).toEqual([]);
    expect([...bed.cloud.resources]).toEqual([]);
    expect(new Set(bed.cloud.deleted).size).toBe(stackCount);
  });
});
