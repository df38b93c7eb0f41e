import { afterEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
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

/** Makes it, and loses the state as a crash before the engine saved it does. */
async function afterLostState(target: { readonly type: string }, inputs: PropertyMap): Promise<void> {
  engine = await startEngineOf(target);
  expect(failureOf(await engine.up(inputs))).toBe("");
  engine.forget();
  await engine.restart();
}

const time = "2025-01-01T00:00:00Z";

describe("a branch of ours that is found again", () => {
  it.each<[string, PropertyMap, boolean]>([
    ["another displayName", { displayName: "dev2" }, false],
    ["another parentId", { parentId: "bran-9999" }, false],
    ["another parentTimestamp", { parentTimestamp: "2025-03-03T00:00:00Z" }, false],
    ["the same time written otherwise", { parentTimestamp: "2025-01-01T01:00:00.5+01:00" }, true],
    ["no time", {}, true],
  ])("and is to have %s: %j fits: %s", async (_what, change, fits) => {
    await afterLostState(branchTarget, { ...basicBranch, parentTimestamp: time });
    const failure = failureOf(await engine.up({ ...basicBranch, ...change }));
    expect([failure === "", failure.includes("cannot be changed"), engine.kept() !== undefined]).toEqual([
      fits,
      !fits,
      fits,
    ]);
    expect(await aliveBranches(engine)).toHaveLength(1);
  });
});

it("a user of ours that is found again with a builtinRole is refused when none is given", async () => {
  await afterLostState(sqlUserTarget, basicUser);
  const { builtinRole: _role, ...inputs } = { ...basicUser, customRoles: ["reports"] };
  expect(failureOf(await engine.up(inputs))).toContain("not taken away");
  expect([engine.kept(), (await aliveUsers(engine)).length]).toEqual([undefined, 1]);
});

describe.each([
  { noun: "branch", target: branchTarget, basic: basicBranch, alive: aliveBranches },
  { noun: "SQL user", target: sqlUserTarget, basic: basicUser, alive: aliveUsers },
])("a $noun with an owner", ({ target, basic, alive }) => {
  const one = { ...basic, owner: "shop-dev-0a1b2c3d" };

  it("is not taken by a stack of the same name and another owner", async () => {
    await afterLostState(target, one);
    const [id] = await alive(engine);
    expect(failureOf(await engine.up({ ...basic, owner: "shop-dev-ffffffff" }))).toContain(`"${id}"`);
    expect(engine.kept()).toBeUndefined();
    expect(failureOf(await engine.up(one))).toBe("");
    expect(engine.kept()?.id).toBe(id);
  });

  it("has no difference by it, and leaves no record behind", async () => {
    await afterLostState(target, one);
    expect(failureOf(await engine.up(one))).toBe("");
    expect(await engine.up({ ...one, owner: "shop-dev-ffffffff" })).toMatchObject({ did: "nothing" });
    await engine.refresh();
    expect([engine.kept()?.state.values["owner"], engine.intents()]).toEqual([one.owner, []]);
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive(engine)).toEqual([]);
  });
});

it.each([
  ["a warning", {}, 1],
  ["none when the program says so", { deletionPolicy: "RETAIN" }, 0],
])("an adopted cluster is kept by a destroy with %s", async (_what, policy, count) => {
  const { owner: _owner, ...rest } = basicInputs;
  const program = { ...rest, ...policy, adoption: { policy: "ADOPT_IF_FOUND" } };
  engine = await startTestEngine();
  await engine.up(program);
  await engine.refresh();
  const old = engine.kept();
  await engine.restart();
  // As the engine does for --replace: no old inputs, no diff.
  const { inputs } = await engine.client.check(clusterTarget, plain(program));
  const made = await engine.client.create(clusterTarget, inputs);
  expect([made.id, made.state.values["adopted"]]).toEqual([old?.id, true]);
  await engine.restart();
  await engine.client.delete(clusterTarget, made.id, made.state, 0, inputs);
  expect([(await aliveClusters(engine)).length, engine.warnings.length]).toEqual([1, count]);
});
