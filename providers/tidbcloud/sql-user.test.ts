import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  addUser,
  aliveUsers,
  basicUser,
  listUsers,
  losePost,
  parent,
  sentBy,
  sqlUserTarget,
  startEngineOf,
  type TestEngine,
  usersPath,
} from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startEngineOf(sqlUserTarget);
});

afterEach(() => engine.stop());

const nothing = { did: "nothing", failure: "" };
const created = { did: "create", failure: "" };
const updated = { did: "update", failure: "" };
const prefix = parent.userPrefix;
const { clusterId } = basicUser;
const id = `${clusterId},app`;
const callsOf = (method: string) => sentBy(engine, method);
const values = () => engine.kept()?.state.values ?? {};
const alive = () => aliveUsers(engine);
const user = async () => (await listUsers(engine)).find(({ userName }) => userName === `${prefix}.app`);
const isPassword = (password: unknown) => engine.fake.hasPassword({ clusterId, userName: `${prefix}.app` }, password);
const removeUser = () => engine.fake.ask("DELETE", `${usersPath}/${prefix}.app`);
const removeCluster = () => engine.fake.act("remove-cluster", { clusterId });

async function up(inputs: PropertyMap) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
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
        path: `/tidbcloud-iam${usersPath}`,
        body: { userName: "app", password, builtinRole: "role_readwrite", customRoles: [], autoPrefix: true },
      },
    ]);
    expect(await user()).toMatchObject({ builtinRole: `${prefix}.role_readwrite` });
    expect([await isPassword(password), callsOf("PATCH")]).toEqual([true, []]);
    expect(await up(basicUser)).toEqual(nothing);
    await engine.refresh();
    expect([await up(basicUser), engine.intents()]).toEqual([nothing, []]);
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive()).toEqual([]);
  });

  it("waits for a cluster that is not ready yet", async () => {
    const body = { displayName: "unready", region: { name: "regions/aws-ap-northeast-1" } };
    const { clusterId: unready, userPrefix } = await engine.fake.ask("POST", "/v1beta1/clusters", body);
    expect([userPrefix, await up({ ...basicUser, clusterId: String(unready) })]).toEqual(["", created]);
    expect(values()["fullUserName"]).toMatch(/^[A-Za-z0-9]{15}\.app$/);
  });

  it("says that there is no such cluster", async () => {
    const { failure } = await up({ ...basicUser, clusterId: "7" });
    expect([/cluster "7" is gone/.test(failure), engine.intents()]).toEqual([true, []]);
  });

  it("refuses a user of that name that it did not make", async () => {
    await addUser(engine, `${prefix}.app`);
    const { failure } = await up(basicUser);
    expect([failure.includes(`"${id}"`), callsOf("POST"), engine.kept()]).toEqual([true, [], undefined]);
    expect(await isPassword("Foreign-pass-1")).toBe(true);
  });

  it.each([
    ["the engine lost its state", async () => void (await up(basicUser))],
    [
      "every response after the POST was lost",
      async () => {
        await losePost(engine);
        expect((await up(basicUser)).failure).toContain("not known");
        await engine.fake.clearFaults();
      },
    ],
  ])("goes on with its own user after %s, and sets its password again", async (_what, before) => {
    await before();
    engine.forget();
    await engine.restart();
    const inputs = { ...basicUser, builtinRole: "role_admin" };
    expect(await up(inputs)).toEqual(created);
    expect(callsOf("POST")).toHaveLength(1);
    expect(await user()).toMatchObject({ builtinRole: "role_admin" });
    expect(await isPassword(values()["password"])).toBe(true);
    expect(await up(inputs)).toEqual(nothing);
  });

  it("is kept when a replacement that the engine does not announce finds it", async () => {
    await engine.up(basicUser);
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    await engine.restart();
    // As the engine does for --replace: no old inputs, no diff.
    const { inputs } = await engine.client.check(sqlUserTarget, plain(basicUser));
    const made = await engine.client.create(sqlUserTarget, inputs);
    await engine.client.delete(sqlUserTarget, old.id, old.state);
    expect([made.id, await alive()]).toEqual([old.id, [old.id]]);
    await engine.restart();
    await engine.client.delete(sqlUserTarget, made.id, made.state);
    expect(await alive()).toEqual([]);
  });

  it.each([1, 8])("is kept when %i looks after the POST do not show it, and the next run goes on", async (misses) => {
    engine.fake.before("POST", () => {
      for (let miss = 1; miss <= misses; miss += 1)
        engine.fake.respond("GET", 404, { code: "404", error: "not found", msgPrefix: "iam", status: 404 });
    });
    expect((await up(basicUser)).failure === "").toBe(misses < 3);
    expect([engine.kept()?.id, await alive(), engine.intents().length]).toEqual([id, [id], 1]);
    expect(await isPassword(values()["password"])).toBe(true);
    await engine.fake.clearFaults();
    await engine.restart();
    expect((await up(basicUser)).failure).toBe("");
    expect([callsOf("POST").length, values()["fullUserName"]]).toEqual([1, `${prefix}.app`]);
  });

  it("leaves nothing behind when it is refused, and reveals no secret", async () => {
    await engine.fake.refuse("POST", 400, { message: "Marker-pass-1 is weak" });
    const { failure } = await up({ ...basicUser, password: "Marker-pass-1" });
    expect(failure).toMatch(/400 \(trace "[^"]+"\) iam: \[secret\] is weak/);
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
    const { password: _password, ...readable } = Object(body);
    expect(await user()).toMatchObject(readable);
    expect(await isPassword(values()["password"])).toBe(true);
    expect(await up({ ...basicUser, ...change })).toEqual(nothing);
  });

  it("takes custom roles away, and does not mind their order", async () => {
    await up({ ...basicUser, customRoles: ["b", "a"] });
    expect(await up({ ...basicUser, customRoles: ["a", "b"] })).toEqual(nothing);
    expect(await up(basicUser)).toEqual(updated);
    expect((await user())?.["customRoles"]).toEqual([]);
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
    await engine.fake.ask("PATCH", `${usersPath}/${prefix}.app`, { builtinRole: "role_admin", customRoles: ["x"] });
    await engine.refresh();
    expect(await up(basicUser)).toEqual(updated);
    expect(await user()).toMatchObject({ builtinRole: `${prefix}.role_readwrite`, customRoles: [] });
  });

  it("of a user that is gone says so, and after a refresh a new one is made", async () => {
    await up(basicUser);
    await removeUser();
    const inputs = { ...basicUser, builtinRole: "role_admin" };
    expect((await up(inputs)).failure).toContain("gone");
    await engine.refresh();
    expect(await up(inputs)).toEqual(created);
  });
});

describe("read", () => {
  it.each([
    404, 403, 400,
  ])("finds a user gone when the response is %i and the list does not have it", async (status) => {
    await up(basicUser);
    await removeUser();
    if (status !== 404) await engine.fake.refuse("GET", status);
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });

  it.each([404, 403])("finds it gone with its cluster when the response is %i", async (status) => {
    await up(basicUser);
    await engine.fake.set({ missingCluster: String(status) });
    await removeCluster();
    await engine.refresh();
    expect(engine.kept()).toBeUndefined();
  });

  it.each([400, 403])("does not take a %i for a user that is listed for a deletion", async (status) => {
    await up(basicUser);
    await engine.fake.refuse("GET", status);
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
    ["user", removeUser],
    ["cluster", removeCluster],
  ])("of a user whose %s is gone is a success", async (_what, remove) => {
    await up(basicUser);
    await remove();
    expect(await engine.destroy()).toBeUndefined();
  });

  it("reports the vendor's reason", async () => {
    await up(basicUser);
    await engine.fake.refuse("DELETE", 400, { message: "planned" });
    expect((await engine.destroy())?.message).toMatch(/400 \(trace "[^"]+"\) iam: planned/);
    expect(await alive()).toEqual([id]);
  });
});
