import { afterEach, describe, expect, it } from "vitest";
import { incarnationKey } from "../kit/creation/incarnation.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import type { EngineState } from "../kit/testing/test-engine.js";
import {
  aliveBranches,
  aliveClusters,
  aliveUsers,
  basicBranch,
  basicInputs,
  basicUser,
  branchTarget,
  clusterTarget,
  sqlUserTarget,
  startEngineOf,
  startTestEngine,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

afterEach(() => engine.stop());

function keptOf({ kept }: TestEngine): EngineState {
  const state = kept();
  if (state === undefined) throw new Error("nothing was kept");
  return state;
}

/** As the state of an engine was before there were incarnations. */
function withoutKey(kept: EngineState): EngineState {
  const { [incarnationKey]: _key, ...values } = kept.state.values;
  return { ...kept, state: { ...kept.state, values } };
}

const cases = [
  { noun: "cluster", target: clusterTarget, inputs: basicInputs, alive: aliveClusters },
  { noun: "branch", target: branchTarget, inputs: basicBranch, alive: aliveBranches },
  { noun: "SQL user", target: sqlUserTarget, inputs: basicUser, alive: aliveUsers },
];

describe.each(cases)("a $noun", ({ noun, target, inputs: program, alive }) => {
  const start = async (): Promise<EngineState> => {
    engine = await startEngineOf(target);
    await engine.up(program);
    return keptOf(engine);
  };

  /** As the engine does for --replace: no old inputs, no diff. */
  const createAgain = async () => {
    await engine.restart();
    const { inputs } = await engine.client.check(target, plain(program));
    return { ...(await engine.client.create(target, inputs)), inputs };
  };

  const compare = (sides: Pick<EngineState, "id" | "state" | "inputs">) =>
    engine.client.diff(target, { ...sides, oldInputs: sides.inputs });

  it.each([
    ["its state", (kept: EngineState) => kept],
    ["a state of before", withoutKey],
  ])("that a creation found again is kept when a later run deletes the old entry of %s", async (_which, stateOf) => {
    const old = stateOf(await start());
    const made = await createAgain();
    await engine.restart();
    expect(await compare(made)).toMatchObject({ none: true });
    await engine.client.delete(target, old.id, old.state, 0, old.inputs);
    expect([made.id, await alive(engine), engine.warnings.length]).toEqual([old.id, [old.id], 1]);
    await engine.client.delete(target, made.id, made.state, 0, made.inputs);
    expect(await alive(engine)).toEqual([]);
  });

  it("is kept by another connection of the same run", async () => {
    const old = await start();
    const made = await createAgain();
    await engine.client.configure(plain({}));
    await engine.client.delete(target, old.id, old.state, 0, old.inputs);
    expect([made.id, await alive(engine)]).toEqual([old.id, [old.id]]);
  });

  it("goes with a plain destroy, which compares nothing, whatever its entry", async () => {
    const old = await start();
    await createAgain();
    await engine.restart();
    await engine.client.delete(target, old.id, old.state, 0, old.inputs);
    expect(await alive(engine)).toEqual([]);
  });

  it("keeps its incarnation through diff, update and refresh, and has a new one after an import", async () => {
    const { id, state } = await start();
    const incarnation = state.values[incarnationKey];
    expect(incarnation).toMatch(/^[0-9a-f]{16}$/);
    const change: PropertyMap = noun === "SQL user" ? { builtinRole: "role_admin" } : { database: "shop" };
    expect(await engine.up({ ...program, ...change })).toMatchObject({ did: "update", error: undefined });
    await engine.refresh();
    expect(await engine.up({ ...program, ...change })).toMatchObject({ did: "nothing" });
    const { state: read, inputs } = await engine.client.read(target, id);
    expect(keptOf(engine).state.values[incarnationKey]).toBe(incarnation);
    expect(read.values[incarnationKey]).toMatch(/^[0-9a-f]{16}$/);
    expect([read.values[incarnationKey] === incarnation, Object.keys(inputs.values).includes(incarnationKey)]).toEqual([
      false,
      false,
    ]);
  });

  it("of a state of before is no change, stays without, and is deleted", async () => {
    const old = withoutKey(await start());
    await engine.restart();
    expect(await compare(old)).toMatchObject({ none: true });
    const read = await engine.client.read(target, old.id, old);
    expect(Object.keys(read.state.values)).not.toContain(incarnationKey);
    await engine.client.delete(target, old.id, old.state, 0, old.inputs);
    expect(await alive(engine)).toEqual([]);
  });
});

it("is found under another logical name and kept when a later run deletes the old name", async () => {
  engine = await startTestEngine();
  await engine.up(basicInputs);
  const old = keptOf(engine);
  await engine.restart();
  const renamed = { ...clusterTarget, name: "renamed" };
  const { inputs } = await engine.client.check(renamed, plain(basicInputs));
  const made = await engine.client.create(renamed, inputs);
  await engine.restart();
  await engine.client.diff(renamed, { ...made, inputs, oldInputs: inputs });
  await engine.client.delete(clusterTarget, old.id, old.state, 0, old.inputs);
  expect([made.id, await aliveClusters(engine)]).toEqual([old.id, [old.id]]);
});

it("is in no part of the published schema", async () => {
  engine = await startTestEngine();
  expect(await engine.client.schema()).not.toContain(incarnationKey);
});
