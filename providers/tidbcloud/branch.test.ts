import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  aliveBranches,
  basicBranch,
  branchesPath,
  branchTarget,
  gateway,
  losePost,
  parent,
  sentBy,
  startEngineOf,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startEngineOf(branchTarget);
});

afterEach(() => engine.stop());

const nothing = { did: "nothing", failure: "" };
const created = { did: "create", failure: "" };
const callsOf = (method: string) => sentBy(engine, method);
const values = () => engine.kept()?.state.values ?? {};
const branchId = () => String(values()["branchId"]);
const user = () => `${String(values()["userPrefix"])}.root`;
const alive = () => aliveBranches(engine);
const addBranch = async (displayName = basicBranch.displayName): Promise<string> =>
  String((await engine.fake.ask("POST", branchesPath, { displayName }))["branchId"]);
const removeBranch = (id: string) => engine.fake.ask("DELETE", `${branchesPath}/${id}`);
const isPasswordRight = () =>
  engine.fake.hasPassword({ clusterId: parent.clusterId, branchId: branchId() }, values()["password"]);

async function up(inputs: PropertyMap, timeoutSeconds?: number) {
  const result = await engine.up(inputs, timeoutSeconds);
  return { did: result.did, failure: failureOf(result) };
}

describe("create", () => {
  it("ends with a usable branch in one POST, and a second run is empty", async () => {
    expect(await up(basicBranch)).toEqual(created);
    const password = String(values()["password"]);
    const urls = ["connectionUri", "databaseUrl", "prismaDatabaseUrl", "serverlessDriverUrl", "goDsn"];
    expect(engine.kept()?.state.secrets).toEqual(new Set(["rootPassword", "password", ...urls]));
    expect(engine.kept()?.inputs.secrets).toEqual(new Set(["rootPassword"]));
    expect([engine.kept()?.id]).toEqual(await alive());
    expect(user()).toMatch(/^[A-Za-z0-9]{15}\.root$/);
    expect(values()).toMatchObject({
      ...basicBranch,
      ...{ state: "ACTIVE", host: gateway, port: 4000, username: user(), databaseName: "test" },
      ...{ parentId: basicBranch.clusterId, parentDisplayName: "parent", hasRootPassword: true },
      connectionUri: `mysql://${user()}:${password}@${gateway}:4000/test?ssl=%7B%22minVersion%22%3A%22TLSv1.2%22%2C%22rejectUnauthorized%22%3Atrue%7D`,
    });
    expect(await isPasswordRight()).toBe(true);
    expect(callsOf("POST").map(({ body }) => body)).toEqual([{ displayName: "dev", rootPassword: password }]);
    expect(callsOf("PATCH")).toEqual([]);
    expect(await up(basicBranch)).toEqual(nothing);
    await engine.refresh();
    expect([await up(basicBranch), engine.intents()]).toEqual([nothing, []]);
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive()).toEqual([]);
  });

  it("sends everything that is given; a time that the vendor cuts to seconds is no change", async () => {
    const parentId = await addBranch("parent");
    const given = { parentId, parentTimestamp: "2025-04-01T10:00:00.750+02:00", database: "shop" };
    const inputs = { ...basicBranch, rootPassword: "Given-pass-1", ...given };
    expect(await up(inputs)).toEqual(created);
    const { database: _database, clusterId: _clusterId, ...sent } = inputs;
    expect(callsOf("POST")[0]?.body).toEqual(sent);
    expect(values()).toMatchObject({ parentTimestamp: "2025-04-01T08:00:00Z", databaseName: "shop" });
    expect(await up(inputs)).toEqual(nothing);
    expect(await up({ ...inputs, parentTimestamp: "2025-04-01T08:00:00.9Z" })).toEqual(nothing);
  });

  it("sets the password when the vendor did not take the one of the creation", async () => {
    await engine.fake.set({ branchKeepsPassword: false });
    expect(await up(basicBranch)).toEqual(created);
    expect(await isPasswordRight()).toBe(true);
    expect(callsOf("PATCH").map(({ path }) => path.split("/").at(-1))).toEqual([user()]);
  });

  it("waits for the connection fields, not only for ACTIVE", async () => {
    await engine.fake.set({ lateFieldsMs: 10_000 });
    expect(await up(basicBranch)).toEqual(created);
    expect(values()["host"]).toBe(gateway);
  });

  it("refuses a branch of that name that it did not make", async () => {
    const id = await addBranch();
    const { failure } = await up(basicBranch);
    expect([failure.includes(`,${id}"`), callsOf("POST"), engine.kept()]).toEqual([true, [], undefined]);
  });

  it.each([
    ["the engine lost its state", async () => void (await up(basicBranch))],
    [
      "every response after the POST was lost",
      async () => {
        await losePost(engine);
        expect((await up(basicBranch)).failure).toContain("not known");
        await engine.fake.clearFaults();
      },
    ],
  ])("goes on with its own branch after %s", async (_what, before) => {
    await before();
    const ids = await alive();
    engine.forget();
    await engine.restart();
    expect(await up(basicBranch)).toEqual(created);
    expect([[engine.kept()?.id], await alive(), callsOf("POST").length]).toEqual([ids, ids, 1]);
    expect(await isPasswordRight()).toBe(true);
    expect(await up(basicBranch)).toEqual(nothing);
  });

  it("never takes the branch that is being replaced for its replacement", async () => {
    await up(basicBranch);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    const news = { ...basicBranch, parentTimestamp: "2025-01-01T00:00:00Z" };
    const { inputs } = await engine.client.check(branchTarget, plain(news), old.inputs);
    const diff = await engine.client.diff(branchTarget, { ...old, inputs, oldInputs: old.inputs });
    expect(diff.replaces).toEqual(["parentTimestamp"]);
    const fresh = await engine.client.check(branchTarget, plain(news));
    const made = await engine.client.create(branchTarget, fresh.inputs);
    await engine.client.delete(branchTarget, old.id, old.state);
    expect([made.id === old.id, await alive()]).toEqual([false, [made.id]]);
  });

  it("is kept when a replacement that the engine does not announce finds it", async () => {
    await engine.up(basicBranch);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    await engine.restart();
    // As the engine does for --replace: no old inputs, no diff.
    const { inputs } = await engine.client.check(branchTarget, plain(basicBranch));
    const made = await engine.client.create(branchTarget, inputs);
    await engine.client.delete(branchTarget, old.id, old.state);
    expect([made.id, await alive()]).toEqual([old.id, [old.id]]);
    await engine.restart();
    await engine.client.delete(branchTarget, made.id, made.state);
    expect(await alive()).toEqual([]);
  });

  it("leaves nothing behind when it is refused, and reveals no secret", async () => {
    await engine.fake.refuse("POST", 400, { message: "branch quota reached, Marker-pass-1" });
    const { failure } = await up({ ...basicBranch, rootPassword: "Marker-pass-1" });
    expect([/quota/.test(failure), /Marker/.test(failure), engine.intents()]).toEqual([true, false, []]);
    expect(await up(basicBranch)).toEqual(created);
  });
});

describe("a wait that does not end well", () => {
  it("keeps the id, counts as a change also after a refresh, and the next run goes on with the branch", async () => {
    const late = await engine.up(basicBranch, 0.05);
    expect(late.error?.unfinished?.state.values).toMatchObject({ state: "CREATING", displayName: "dev" });
    const id = engine.kept()?.id;
    await engine.refresh();
    expect(engine.kept()).toMatchObject({ id, initErrors: [] });
    expect(await up(basicBranch)).toEqual({ did: "update", failure: "" });
    expect([engine.kept()?.id, values()["state"], callsOf("POST").length]).toEqual([id, "ACTIVE", 1]);
    expect(await isPasswordRight()).toBe(true);
    expect(await up(basicBranch)).toEqual(nothing);
  });

  it("ends soon after a cancel and goes on with the next run", async () => {
    // The first request after the creation reads the branch.
    engine.fake.before("POST", () => engine.fake.before("GET", () => engine.client.cancel()));
    const { error } = await engine.up(basicBranch);
    expect([[error?.unfinished?.id], values()["state"]]).toEqual([await alive(), "CREATING"]);
    await engine.restart();
    expect(await up(basicBranch)).toEqual({ did: "update", failure: "" });
    expect(await alive()).toHaveLength(1);
  });

  it("drops a branch that somebody deleted meanwhile", async () => {
    const remove = async (): Promise<void> => {
      for (const id of await alive()) await removeBranch(id.split(",").at(1) ?? "");
    };
    // The second reading after the creation is that of a wait.
    engine.fake.before("POST", () => engine.fake.before("GET", () => engine.fake.before("GET", remove)));
    const { error } = await engine.up(basicBranch);
    expect([error?.message.includes("gone"), error?.unfinished, engine.intents()]).toEqual([true, undefined, []]);
    expect(await up(basicBranch)).toEqual(created);
  });
});

describe("update", () => {
  it("sets another password in place and puts it into the URLs", async () => {
    await up(basicBranch);
    const inputs = { ...basicBranch, rootPassword: "Other-pass-1", database: "shop" };
    expect(await up(inputs)).toEqual({ did: "update", failure: "" });
    expect([await isPasswordRight(), values()["goDsn"]]).toEqual([
      true,
      `${user()}:Other-pass-1@tcp(${gateway}:4000)/shop?charset=utf8mb4&tls=true`,
    ]);
    expect(await up(inputs)).toEqual(nothing);
  });

  it.each<[string, PropertyMap]>([
    ["clusterId", { clusterId: "7" }],
    ["displayName", { displayName: "other" }],
    ["parentId", { parentId: "bran-9999" }],
    ["parentTimestamp", { parentTimestamp: "2020-01-01T00:00:00Z" }],
  ])("replaces the branch for another %s", async (name, change) => {
    await up(basicBranch);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    const { inputs } = await engine.client.check(branchTarget, plain({ ...basicBranch, ...change }), old.inputs);
    expect((await engine.client.diff(branchTarget, { ...old, inputs, oldInputs: old.inputs })).replaces).toEqual([
      name,
    ]);
  });
});

describe("read", () => {
  it.each([404, 403])("finds a branch gone when the response is %i and the list does not have it", async (status) => {
    await up(basicBranch);
    await removeBranch(branchId());
    if (status === 403) await engine.fake.refuse("GET", 403);
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
    expect(await up(basicBranch)).toEqual(created);
  });

  it.each([404, 403])("finds it gone with its cluster when the response is %i", async (status) => {
    await up(basicBranch);
    await engine.fake.set({ missingCluster: String(status) });
    await engine.fake.act("remove-cluster", { clusterId: parent.clusterId });
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });

  it.each([
    { name: "a 403 for a branch that is listed", status: 403, how: {} },
    { name: "a gateway's own 404", status: 404, how: { html: true } as const },
  ])("does not take $name for a deletion", async ({ status, how }) => {
    await up(basicBranch);
    await engine.fake.refuse("GET", status, how);
    await expect(engine.refresh()).rejects.toThrow(String(status));
    expect(engine.kept()).toBeDefined();
  });

  it("imports by cluster and branch, and the program that fits is no change", async () => {
    const inputs = { ...basicBranch, parentTimestamp: "2025-04-01T10:00:00Z" };
    await up(inputs);
    const id = engine.kept()?.id ?? "";
    const read = await engine.client.read(branchTarget, id);
    expect(read).toMatchObject({ id, state: { values: { ...inputs, branchId: branchId() } } });
    expect(read.inputs.values["rootPassword"]).toBeUndefined();
    for (const program of [plain(inputs), read.inputs]) {
      const checked = await engine.client.check(branchTarget, program, read.inputs);
      expect([checked.failures, checked.inputs.values["rootPassword"]]).toEqual([[], undefined]);
      const sides = { id, state: read.state, inputs: checked.inputs, oldInputs: read.inputs };
      expect((await engine.client.diff(branchTarget, sides)).paths).toEqual([]);
    }
  });

  it("says that there is nothing to import, or that the id is none", async () => {
    expect((await engine.client.read(branchTarget, `${basicBranch.clusterId},bran-none`)).id).toBe("");
    expect((await engine.client.read(branchTarget, "123,bran-none")).id).toBe("");
    await expect(engine.client.read(branchTarget, "bran-none")).rejects.toThrow("no id");
  });
});

describe("delete", () => {
  it("of a branch that is gone is a success", async () => {
    await up(basicBranch);
    await removeBranch(branchId());
    expect(await engine.destroy()).toBeUndefined();
  });

  it("waits until the branch is gone, and the next run waits on", async () => {
    await up({ ...basicBranch, deleteTimeoutSeconds: 1 });
    // What is read lags behind: twice in the first run, whose deletion is not carried out, and twice in the second one.
    engine.fake.respond("DELETE", 200, { state: "DELETED" });
    for (let reads = 0; reads < 4; reads += 1) engine.fake.respond("GET", 200, { state: "ACTIVE" });
    expect((await engine.destroy())?.message).toContain("still being deleted");
    await up({ ...basicBranch, deleteTimeoutSeconds: 60 });
    const reads = callsOf("GET").length;
    expect(await engine.destroy()).toBeUndefined();
    expect([callsOf("DELETE").length, callsOf("GET").length - reads, await alive()]).toEqual([2, 3, []]);
  });

  it("reports the vendor's reason", async () => {
    await up(basicBranch);
    await engine.fake.refuse("DELETE", 400, { message: "planned" });
    expect((await engine.destroy())?.message).toMatch(/400 \(trace "[^"]+"\) planned/);
    expect(await alive()).toHaveLength(1);
  });
});
