import { afterEach, beforeEach, expect, it } from "vitest";
import type { PropertyMap } from "../kit/property-value.js";
import { plain } from "../kit/test-client.js";
import { failureOf } from "../kit/test-engine.js";
import { basicUser, sqlUserTarget, startEngineOf, type TestEngine } from "./test-engine.js";

let engine: TestEngine;
const prefix = "AbCdEf123456789";
const app = `${prefix}.app`;

beforeEach(async () => {
  engine = await startEngineOf(sqlUserTarget);
});

afterEach(() => engine.stop());

const changes = () => engine.fake.calls.filter(({ method }) => method !== "GET");
const { clusterId } = basicUser;

function addForeign(userName: string): void {
  const facts = { userName, builtinRole: "role_admin", customRoles: [], password: "Foreign-pass-1" };
  engine.fake.sqlUsers.set(userName, facts);
}

it.each([
  "app",
  "root",
  "new",
])("a userName with the prefix before %s is refused before anything is made", async (name) => {
  for (const other of ["app", "root"]) addForeign(`${prefix}.${other}`);
  const result = await engine.up({ ...basicUser, userName: `${prefix}.${name}` });
  expect(failureOf(result)).toContain(`"${prefix}.${name}"`);
  expect([engine.kept(), engine.intents(), changes()]).toEqual([undefined, [], []]);
});

it("changes and deletes the user of the state's full name, whatever the id looks like", async () => {
  addForeign(app);
  // As states of before have it: the vendor put a second prefix before a name that had one.
  const doubled = `${prefix}.${app}`;
  addForeign(doubled);
  const values: PropertyMap = { ...basicUser, userName: app, fullUserName: doubled, password: "Foreign-pass-1" };
  const old = { id: `${clusterId},${app}`, state: plain(values), inputs: plain({ ...basicUser, userName: app }) };
  const inputs = plain({ ...basicUser, userName: app, builtinRole: "role_admin", password: "Changed-pass-2" });
  const state = await engine.client.update(sqlUserTarget, { ...old, inputs });
  const passwords = () => [app, doubled].map((name) => engine.fake.sqlUsers.get(name)?.password);
  expect([state.values["fullUserName"], passwords()]).toEqual([doubled, ["Foreign-pass-1", "Changed-pass-2"]]);
  await engine.client.delete(sqlUserTarget, old.id, state);
  expect([...engine.fake.sqlUsers.keys()]).toEqual([app]);
});

it("derives no name from the id of a user that is in the state without its full name", async () => {
  addForeign(app);
  const state = plain({ ...basicUser, userName: app });
  await engine.client.delete(sqlUserTarget, `${clusterId},${app}`, state);
  expect([...engine.fake.sqlUsers.keys()]).toEqual([app]);
});

it.each<[string, () => Promise<unknown>]>([
  ["imported", () => engine.client.read(sqlUserTarget, `${clusterId},root`)],
  ["imported with its prefix", () => engine.client.read(sqlUserTarget, `${clusterId},${prefix}.root`)],
  [
    "deleted",
    () => engine.client.delete(sqlUserTarget, `${clusterId},root`, plain({ ...basicUser, userName: "root" })),
  ],
])("the root user is not %s", async (_what, run) => {
  addForeign(`${prefix}.root`);
  await expect(run()).rejects.toThrow("root user");
  expect([...engine.fake.sqlUsers.keys()]).toEqual([`${prefix}.root`]);
});
