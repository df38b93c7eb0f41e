import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/property-value.js";
import { plain } from "../kit/test-client.js";
import { failureOf } from "../kit/test-engine.js";
import { aliveUsers, basicUser, sqlUserTarget, startEngineOf, type TestEngine } from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startEngineOf(sqlUserTarget);
});

afterEach(() => engine.stop());

const nothing = { did: "nothing", failure: "" };
const created = { did: "create", failure: "" };
const updated = { did: "update", failure: "" };
const prefix = "AbCdEf123456789";
const id = `${basicUser.clusterId},app`;
const callsOf = (method: string) => engine.fake.calls.filter((call) => call.method === method);
const values = () => engine.kept()?.state.values ?? {};
const user = () => engine.fake.sqlUsers.get(`${prefix}.app`);

async function up(inputs: PropertyMap) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
}

/** A user of that name which another program made. */
function addForeign(): void {
  const facts = { builtinRole: `${prefix}.role_readonly`, customRoles: [], password: "Foreign-pass-1" };
  engine.fake.sqlUsers.set(`${prefix}.app`, { userName: `${prefix}.app`, ...facts });
}

describe("create", () => {
  it("makes a user at the IAM API with the vendor's prefix, and a second run is empty", async () => {
    expect(await up(basicUser)).toEqual(created);
    const password = String(values()["password"]);
    expect(password).toMatch(/^[A-Za-z0-9\-_.~]{24,64}$/);
    expect(engine.kept()?.id).toBe(id);
    expect(engine.kept()?.state.secrets).toEqual(new Set(["password"]));
    expect(engine.kept()?.inputs.secrets).toEqual(new Set(["password"]));
    const authMethod = "mysql_native_password";
    expect(values()).toMatchObject({ ...basicUser, fullUserName: `${prefix}.app`, authMethod, customRoles: [] });
    expect(callsOf("POST")).toEqual([
      {
        method: "POST",
        path: `/iam/v1beta1/clusters/${basicUser.clusterId}/sqlUsers`,
        body: { userName: "app", password, builtinRole: "role_readwrite", customRoles: [], autoPrefix: true },
      },
    ]);
    expect([user()?.password, user()?.builtinRole, callsOf("PATCH")]).toEqual([
      password,
      `${prefix}.role_readwrite`,
      [],
    ]);
    expect(await up(basicUser)).toEqual(nothing);
    await engine.refresh();
    expect([await up(basicUser), engine.intents()]).toEqual([nothing, []]);
    expect(await engine.destroy()).toBeUndefined();
    expect(aliveUsers(engine)).toEqual([]);
  });

  it("waits for a cluster that is not ready yet", async () => {
    const [cluster] = engine.fake.alive();
    Object.assign(cluster ?? {}, { state: "CREATING", userPrefix: "" });
    expect(await up(basicUser)).toEqual(created);
    expect(values()["fullUserName"]).toBe(`${prefix}.app`);
  });

  it("says that there is no such cluster", async () => {
    const { failure } = await up({ ...basicUser, clusterId: "7" });
    expect([/cluster "7" is gone/.test(failure), engine.intents()]).toEqual([true, []]);
  });

  it("refuses a user of that name that it did not make", async () => {
    addForeign();
    const { failure } = await up(basicUser);
    expect([failure.includes(`"${id}"`), callsOf("POST"), engine.kept()]).toEqual([true, [], undefined]);
    expect(user()?.password).toBe("Foreign-pass-1");
  });

  it.each([
    ["the engine lost its state", async () => void (await up(basicUser))],
    [
      "every answer after the POST was lost",
      async () => {
        engine.fake.faults.set(3, "lost answer");
        for (let call = 4; call < 40; call += 1) engine.fake.faults.set(call, "500 before");
        expect((await up(basicUser)).failure).toContain("not known");
        engine.fake.faults.clear();
      },
    ],
  ])("goes on with its own user after %s, and sets its password again", async (_what, before) => {
    await before();
    engine.forget();
    await engine.restart();
    const inputs = { ...basicUser, builtinRole: "role_admin" };
    expect(await up(inputs)).toEqual(created);
    expect(callsOf("POST")).toHaveLength(1);
    expect(user()).toMatchObject({ password: values()["password"], builtinRole: "role_admin" });
    expect(await up(inputs)).toEqual(nothing);
  });

  it("is kept when a replacement that the engine does not tell of finds it", async () => {
    await engine.up(basicUser);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    await engine.restart();
    // As the engine does for --replace: no old inputs, no diff.
    const { inputs } = await engine.client.check(sqlUserTarget, plain(basicUser));
    const made = await engine.client.create(sqlUserTarget, inputs);
    await engine.client.delete(sqlUserTarget, old.id, old.state);
    expect([made.id, aliveUsers(engine)]).toEqual([old.id, [old.id]]);
    await engine.restart();
    await engine.client.delete(sqlUserTarget, made.id, made.state);
    expect(aliveUsers(engine)).toEqual([]);
  });

  it.each([1, 8])("is kept when %i looks after the POST do not show it, and the next run goes on", async (misses) => {
    const unseen = { method: "GET", path: /sqlUsers\/.*app/, status: 404, body: { code: "404", error: "not found" } };
    for (let miss = 0; miss <= misses; miss += 1) engine.fake.answers.push(unseen);
    expect((await up(basicUser)).failure === "").toBe(misses < 3);
    expect([engine.kept()?.id, aliveUsers(engine), engine.intents().length]).toEqual([id, [id], 1]);
    expect(values()["password"]).toBe(user()?.password);
    engine.fake.answers.length = 0;
    await engine.restart();
    expect((await up(basicUser)).failure).toBe("");
    expect([callsOf("POST").length, values()["fullUserName"]]).toEqual([1, `${prefix}.app`]);
  });

  it("leaves nothing behind when it is refused, and tells no secret", async () => {
    const body = { code: "400", error: "Marker-pass-1 is weak", msgPrefix: "iam", status: 400 };
    engine.fake.answers.push({ method: "POST", path: /sqlUsers/, status: 400, body });
    const { failure } = await up({ ...basicUser, password: "Marker-pass-1" });
    expect(failure).toMatch(/400 \(trace "trace-1"\) iam: \[secret\] is weak/);
    expect([failure.includes("Marker"), engine.intents()]).toEqual([false, []]);
    expect(await up(basicUser)).toEqual(created);
  });
});

describe("update", () => {
  it.each<{ change: PropertyMap; body: unknown }>([
    { change: { password: "Other-pass-1" }, body: { password: "Other-pass-1" } },
    { change: { builtinRole: "role_readonly" }, body: { builtinRole: `${prefix}.role_readonly` } },
    { change: { builtinRole: "role_admin" }, body: { builtinRole: "role_admin" } },
    { change: { customRoles: ["b", "a"] }, body: { customRoles: ["b", "a"] } },
  ])("of $change is one PATCH of that alone", async ({ change, body }) => {
    await up(basicUser);
    expect(await up({ ...basicUser, ...change })).toEqual(updated);
    expect(callsOf("PATCH").map((call) => call.body)).toEqual([body]);
    expect(user()).toMatchObject(body as object);
    expect(values()["password"]).toBe(user()?.password);
    expect(await up({ ...basicUser, ...change })).toEqual(nothing);
  });

  it("takes custom roles away, and does not mind their order", async () => {
    await up({ ...basicUser, customRoles: ["b", "a"] });
    expect(await up({ ...basicUser, customRoles: ["a", "b"] })).toEqual(nothing);
    expect(await up(basicUser)).toEqual(updated);
    expect(user()?.customRoles).toEqual([]);
  });

  it("refuses to take the built-in role away, which the vendor cannot", async () => {
    await up({ ...basicUser, customRoles: ["a"] });
    const { builtinRole: _role, ...without } = basicUser;
    expect(await up({ ...without, customRoles: ["a"] })).toMatchObject({ did: "refused" });
  });

  it.each<[string, PropertyMap]>([
    ["clusterId", { clusterId: "7" }],
    ["userName", { userName: "other" }],
  ])("replaces the user for another %s", async (name, change) => {
    await up(basicUser);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    const { inputs } = await engine.client.check(sqlUserTarget, plain({ ...basicUser, ...change }), old.inputs);
    const diff = await engine.client.diff(sqlUserTarget, { ...old, inputs, oldInputs: old.inputs });
    expect(diff.replaces).toEqual([name]);
  });

  it("puts back what somebody changed, once a refresh has shown it", async () => {
    await up(basicUser);
    Object.assign(user() ?? {}, { builtinRole: "role_admin", customRoles: ["x"] });
    await engine.refresh();
    expect(await up(basicUser)).toEqual(updated);
    expect(user()).toMatchObject({ builtinRole: `${prefix}.role_readwrite`, customRoles: [] });
  });

  it("of a user that is gone says so, and after a refresh a new one is made", async () => {
    await up(basicUser);
    engine.fake.sqlUsers.clear();
    const inputs = { ...basicUser, builtinRole: "role_admin" };
    expect((await up(inputs)).failure).toContain("gone");
    await engine.refresh();
    expect(await up(inputs)).toEqual(created);
  });
});

describe("read", () => {
  it.each([404, 403, 400])("finds a user gone when the answer is %i and the list does not have it", async (status) => {
    await up(basicUser);
    engine.fake.goneStatus = status;
    engine.fake.sqlUsers.clear();
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });

  it.each([404, 403])("finds it gone with its cluster when the answer is %i", async (status) => {
    await up(basicUser);
    engine.fake.goneStatus = status;
    for (const cluster of engine.fake.clusters.values()) cluster.state = "DELETED";
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });

  it.each([400, 403])("does not take a %i for a user that is listed for a deletion", async (status) => {
    await up(basicUser);
    engine.fake.answers.push({ method: "GET", path: /sqlUsers/, status });
    await expect(engine.refresh()).rejects.toThrow(String(status));
    expect(engine.kept()?.id).toBe(id);
  });

  it.each(["app", `${prefix}.app`])("imports by cluster and %s; the unknown password is no change", async (name) => {
    await up({ ...basicUser, customRoles: ["a"] });
    const inputs = { ...basicUser, customRoles: ["a"] };
    const read = await engine.client.read(sqlUserTarget, `${basicUser.clusterId},${name}`);
    expect(read).toMatchObject({ id, state: { values: { ...inputs, fullUserName: `${prefix}.app` } } });
    expect(read.inputs.values["password"]).toBeUndefined();
    for (const program of [plain(inputs), read.inputs]) {
      const checked = await engine.client.check(sqlUserTarget, program, read.inputs);
      expect([checked.failures, checked.inputs.values["password"]]).toEqual([[], undefined]);
      const sides = { id, state: read.state, inputs: checked.inputs, oldInputs: read.inputs };
      expect((await engine.client.diff(sqlUserTarget, sides)).paths).toEqual([]);
    }
    const given = await engine.client.check(sqlUserTarget, plain({ ...inputs, password: "Given-pass-1" }), read.inputs);
    const sides = { id, state: read.state, inputs: given.inputs, oldInputs: read.inputs };
    expect((await engine.client.diff(sqlUserTarget, sides)).paths).toEqual(["password"]);
  });

  it("says that there is nothing to import, or that the id is none", async () => {
    expect((await engine.client.read(sqlUserTarget, id)).id).toBe("");
    expect((await engine.client.read(sqlUserTarget, "123,app")).id).toBe("");
    await expect(engine.client.read(sqlUserTarget, "app")).rejects.toThrow("no id");
  });
});

describe("delete", () => {
  it.each([
    ["user", () => engine.fake.sqlUsers.clear()],
    ["cluster", () => engine.fake.clusters.clear()],
  ])("of a user whose %s is gone is a success", async (_what, remove) => {
    await up(basicUser);
    remove();
    expect(await engine.destroy()).toBeUndefined();
  });

  it("tells the vendor's reason", async () => {
    await up(basicUser);
    engine.fake.answers.push({ method: "DELETE", path: /sqlUsers/, status: 400 });
    expect((await engine.destroy())?.message).toMatch(/400 \(trace "trace-1"\) planned/);
    expect(aliveUsers(engine)).toEqual([id]);
  });
});
