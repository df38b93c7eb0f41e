import { afterEach, beforeEach, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import { addUser, basicUser, listUsers, parent, sqlUserTarget, startEngineOf, type TestEngine } from "./test-engine.js";

let engine: TestEngine;
const prefix = parent.userPrefix;
const app = `${prefix}.app`;

beforeEach(async () => {
  engine = await startEngineOf(sqlUserTarget);
});

afterEach(() => engine.stop());

const changes = () => engine.fake.requests.filter(({ method }) => method !== "GET");
const names = async () => (await listUsers(engine)).map(({ userName }) => userName);
const { clusterId } = basicUser;

it.each([
  "app",
  "root",
  "new",
])("a userName with the prefix before %s is refused before anything is made", async (name) => {
  await addUser(engine, app);
  const result = await engine.up({ ...basicUser, userName: `${prefix}.${name}` });
  expect(failureOf(result)).toContain(`"${prefix}.${name}"`);
  expect([engine.kept(), engine.intents(), changes()]).toEqual([undefined, [], []]);
});

it("changes and deletes the user of the state's full name, whatever the id looks like", async () => {
  await addUser(engine, app);
  // As states of before have it: the vendor put a second prefix before a name that had one.
  const doubled = `${prefix}.${app}`;
  await addUser(engine, doubled);
  const values: PropertyMap = { ...basicUser, userName: app, fullUserName: doubled, password: "Foreign-pass-1" };
  const old = { id: `${clusterId},${app}`, state: plain(values), inputs: plain({ ...basicUser, userName: app }) };
  const inputs = plain({ ...basicUser, userName: app, builtinRole: "role_admin", password: "Changed-pass-2" });
  const state = await engine.client.update(sqlUserTarget, { ...old, inputs });
  expect(state.values["fullUserName"]).toBe(doubled);
  expect(await engine.fake.hasPassword({ clusterId, userName: app }, "Foreign-pass-1")).toBe(true);
  expect(await engine.fake.hasPassword({ clusterId, userName: doubled }, "Changed-pass-2")).toBe(true);
  await engine.client.delete(sqlUserTarget, old.id, state);
  expect(await names()).toEqual([app]);
});

it("derives no name from the id of a user that is in the state without its full name", async () => {
  await addUser(engine, app);
  const state = plain({ ...basicUser, userName: app });
  await engine.client.delete(sqlUserTarget, `${clusterId},${app}`, state);
  expect(await names()).toEqual([app]);
});

it.each<[string, () => Promise<unknown>]>([
  ["imported", () => engine.client.read(sqlUserTarget, `${clusterId},root`)],
  ["imported with its prefix", () => engine.client.read(sqlUserTarget, `${clusterId},${prefix}.root`)],
  [
    "deleted",
    () => engine.client.delete(sqlUserTarget, `${clusterId},root`, plain({ ...basicUser, userName: "root" })),
  ],
])("the root user is not %s", async (_what, run) => {
  await expect(run()).rejects.toThrow("root user");
  expect(changes()).toEqual([]);
});
