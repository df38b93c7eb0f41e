import { expect } from "vitest";
import { describeFaults } from "../kit/test-faults.js";
import { aliveUsers, basicUser, sqlUserTarget, startTestEngine } from "./test-engine.js";

describeFaults({
  start: () => startTestEngine({}, sqlUserTarget),
  prepare: ({ fake }) => void fake.addCluster(),
  first: { ...basicUser, customRoles: ["reports"] },
  second: { ...basicUser, builtinRole: "role_readonly", customRoles: ["audit"], password: "Changed-by-hand-1" },
  alive: aliveUsers,
  expectRight({ fake, kept }, inputs) {
    const { values = {} } = kept()?.state ?? {};
    const fullUserName = "AbCdEf123456789.app";
    const { builtinRole, customRoles } = inputs;
    expect(values).toMatchObject({ fullUserName, userName: "app", builtinRole, customRoles });
    expect(fake.sqlUsers.get(fullUserName)).toMatchObject({
      builtinRole: `AbCdEf123456789.${String(builtinRole)}`,
      customRoles,
      password: values["password"],
    });
  },
});
