import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { aliveUsers, basicUser, listUsers, parent, sqlUserTarget, startEngineOf } from "./test-engine.js";

describeFaults({
  start: () => startEngineOf(sqlUserTarget),
  prepare: () => {},
  first: { ...basicUser, customRoles: ["reports"] },
  second: { ...basicUser, builtinRole: "role_readonly", customRoles: ["audit"], password: "Changed-by-hand-1" },
  alive: aliveUsers,
  async expectRight(engine, { builtinRole, customRoles }) {
    const { values = {} } = engine.kept()?.state ?? {};
    const userName = `${parent.userPrefix}.app`;
    expect(values).toMatchObject({ fullUserName: userName, userName: "app", builtinRole, customRoles });
    const prefixed = `${parent.userPrefix}.${String(builtinRole)}`;
    expect(await listUsers(engine)).toMatchObject([{ userName, builtinRole: prefixed, customRoles }]);
    const { clusterId } = basicUser;
    expect(await engine.fake.hasPassword({ clusterId, userName }, values["password"])).toBe(true);
  },
});
