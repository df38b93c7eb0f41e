import { expect } from "vitest";
import { describeFaults } from "../kit/test-faults.js";
import { aliveBranches, basicBranch, branchTarget, startTestEngine } from "./test-engine.js";

describeFaults({
  start: () => startTestEngine({}, branchTarget),
  prepare: ({ fake }) => void fake.addCluster(),
  first: basicBranch,
  second: { ...basicBranch, rootPassword: "Changed-by-hand-1", database: "shop" },
  alive: aliveBranches,
  expectRight({ fake, kept }, inputs) {
    const { values = {} } = kept()?.state ?? {};
    const { database = "test" } = inputs;
    expect(values).toMatchObject({ state: "ACTIVE", displayName: inputs["displayName"], databaseName: database });
    expect(values["password"]).toBe(fake.passwords.get(String(values["branchId"])));
    const address = `:${String(values["password"])}@gateway01.test.tidbcloud.com:4000/${String(database)}?`;
    expect(values["connectionUri"]).toContain(address);
  },
});
